"""Web push: what a push service is handed can be read by the browser alone (RFC 8291)."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from deskbell.lib.push import encrypting
from deskbell.lib.push.encrypting import padless, unpadded

AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
# Of RFC 8291, appendix A.
THEIRS = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
THEIR_POINT = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def key_of(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unpadded(text), "big"), ec.SECP256R1())


def opened(body: bytes, theirs: ec.EllipticCurvePrivateKey, auth: str) -> bytes:
    """What the browser does with a message: the other half of RFC 8291."""
    salt, point, sealed = body[:16], body[21:86], body[86:]
    sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    shared = theirs.exchange(ec.ECDH(), sender)
    own = encrypting.point_of(theirs.public_key())
    derive = encrypting._derive
    secret = derive(shared, unpadded(auth), b"WebPush: info\0" + own + point, 32)
    key = derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derive(secret, salt, b"Content-Encoding: nonce\0", 12)
    return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0").removesuffix(b"\x02")


def test_a_message_is_encrypted_as_rfc_8291_shows_it() -> None:
    """Its appendix A, byte for byte."""
    body = encrypting.encrypted(
        b"When I grow up, I want to be a watermelon",
        THEIR_POINT,
        AUTH,
        key=key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=unpadded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert padless(body) == BODY
