"""What is remembered for a moment, and what is not."""

from __future__ import annotations

import threading

from deskbell.lib.remembering import forget, remembered, remembering

asked: list[str] = []


@remembered
def length(word: str) -> int:
    asked.append(word)
    return len(word)


def test_within_a_block_a_question_is_asked_once() -> None:
    asked.clear()
    with remembering():
        assert [length("a"), length("bc"), length("a")] == [1, 2, 1]
    assert asked == ["a", "bc"]


def test_outside_a_block_and_in_the_next_one_it_is_asked_anew() -> None:
    asked.clear()
    length("a")
    length("a")
    for _ in range(2):
        with remembering():
            length("a")
    assert asked == ["a"] * 4


def test_what_a_rollback_may_have_undone_is_forgotten() -> None:
    asked.clear()
    with remembering():
        length("a")
        forget()
        length("a")
    forget()  # outside of a block there is nothing to forget
    assert asked == ["a", "a"]


def test_another_thread_remembers_nothing_of_it() -> None:
    asked.clear()
    with remembering():
        length("a")
        other = threading.Thread(target=length, args=("a",))
        other.start()
        other.join()
    assert asked == ["a", "a"]
