"""Colors of the grid of streets follow what is there."""

import pytest

from search.views import shown


@pytest.mark.parametrize(
    ("most", "steps"),
    [(1, (1, 2, 3)), (3, (1, 2, 3)), (5, (1, 2, 3)), (19, (4, 9, 14)), (67, (15, 30, 50)),
     (150, (35, 75, 110)), (900, (200, 450, 650)), (12000, (3000, 6000, 9000))],
)  # fmt: skip
def test_the_fullest_street_has_the_darkest_color(most: int, steps: tuple[int, int, int]) -> None:
    assert shown._steps(most) == steps
    assert most < 3 or most >= steps[2]
