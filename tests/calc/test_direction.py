import pytest

from goldenthread.calc.direction import at_least, at_most, same


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (0.9 - 0.3, 0.6, True),
        (0.1 + 0.2, 0.3, True),
        (0.0, 1e-13, True),
        (85, 84.9999, False),
        (1e9, 1e9 + 10, False),
    ],
)
def test_floating_point_noise_is_no_difference(left, right, equal):
    assert same(left, right) is equal
    assert at_least(left, right) is (equal or left > right)
    assert at_most(left, right) is (equal or left < right)
    assert at_least(right, left) is (equal or right > left)
    assert at_most(right, left) is (equal or right < left)
