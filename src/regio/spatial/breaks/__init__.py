"""Breaks: where a numeric variable is cut into classes. Any room may use them.

``Profile.of(x)`` sorts a column once; ``breaks(profile, "natural", 5)`` gives its inner edges; ``coded(x, inner)`` the class of each value. Classes
are (lower, upper], the smallest value in the first.
"""

from regio.spatial.breaks.cutting import CONVENTIONS, METHODS, SUPERVISED, UNSUPERVISED, breaks, coded, ranges
from regio.spatial.breaks.exact import natural, within
from regio.spatial.breaks.profile import Profile

__all__ = ["CONVENTIONS", "METHODS", "SUPERVISED", "UNSUPERVISED", "Profile", "breaks", "coded", "natural", "ranges", "within"]
