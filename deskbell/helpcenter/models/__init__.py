"""The nouns of the help center: where articles stand, what they say, and what readers tell us back."""

from deskbell.helpcenter.models.articles import (
    Article,
    Audience,
    Collection,
    Edition,
    Illustration,
    OldAddress,
    Revision,
    Section,
    Stage,
)
from deskbell.helpcenter.models.readers import Face, Feedback, Search, Synonyms, Word

__all__ = [
    "Article",
    "Audience",
    "Collection",
    "Edition",
    "Face",
    "Feedback",
    "Illustration",
    "OldAddress",
    "Revision",
    "Search",
    "Section",
    "Stage",
    "Synonyms",
    "Word",
]
