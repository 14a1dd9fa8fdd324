"""What the secret of a token looks like."""

from __future__ import annotations

import re
import zlib

from hypothesis import given
from hypothesis import strategies as st

from goldenthread.record.tokens.minting import LENGTH, is_whole, new_secret

SCANNED_FOR = re.compile(r"\bgt_[0-9A-Za-z]{49}\b")
IN_BASE_62 = {digit: place for place, digit in enumerate(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)}  # fmt: skip


def test_a_secret_is_what_a_scanner_looks_for_and_holds_256_random_bits():
    secrets = {new_secret() for _ in range(1000)}
    assert len(secrets) == 1000
    for secret in secrets:
        assert SCANNED_FOR.fullmatch(secret)
        assert len(secret) == LENGTH
        assert is_whole(secret)
    assert 62**43 > 2**256
    # Each of the 62 digits stands at each place: 1,000 draws miss one with a chance of one in ten million.
    for place in range(3, 46):
        assert len({secret[place] for secret in secrets}) == 62


def test_its_end_is_the_check_sum_of_what_stands_before_it():
    secret = new_secret()
    number = 0
    for digit in secret[-6:]:
        number = number * 62 + IN_BASE_62[digit]
    assert number == zlib.crc32(secret[3:-6].encode())


@given(st.integers(0, LENGTH - 1), st.sampled_from(sorted(IN_BASE_62)))
def test_one_wrong_letter_is_seen_without_looking_anything_up(place: int, digit: str):
    secret = new_secret()
    wrong = secret[:place] + digit + secret[place + 1 :]
    assert is_whole(wrong) is (wrong == secret)


@given(st.text(max_size=60))
def test_other_text_is_no_token(text: str):
    assert not is_whole(text)


def test_a_part_of_one_is_none():
    secret = new_secret()
    assert not any(is_whole(secret[:length]) for length in range(LENGTH))
    assert not is_whole(secret + "0")
