"""The golden inputs: sums of control and treatment."""

from results.statistics import Sums


def proportion(successes, n, covariate=None):
    c, xc = covariate or (None, None)
    return Sums(n, successes, successes, c=c, cc=c, xc=xc)


A = (Sums(2507, 1196.87, 37377.9767), Sums(2461, 1922.7, 94698.29))
B = (proportion(87, 1529), proportion(62, 1471))
D = (proportion(100, 1000), proportion(110, 1000))
E = (proportion(1000, 10000), proportion(1200, 10000))
F = (
    Sums(1966, 94605.79858780127, 10463129.505392816, 936, 936, 94605.79858780127),
    Sums(2034, 99673.9364269569, 11298745.182728939, 947, 947, 99673.9364269569),
)
H = (Sums(820, 205, 205, 820, 820, 205), Sums(800, 240, 240, 800, 800, 240))
J = (Sums(100, 500, 2590), Sums(100, 550, 3100))
K = (Sums(3000, 1400, 52000), Sums(3500, 2500, 135000))
L = (proportion(1450, 3050), proportion(2600, 3500))
N = (Sums(50000, 121000, 512000), Sums(50100, 123900, 530000))
P = (Sums(4000, 8200, 30500), Sums(4050, 7900, 29000))
Q = (proportion(450, 9000), proportion(62, 1000))
SAME = (proportion(100, 2000), proportion(100, 2000))
C1 = (
    Sums(2801, 280, 560, c=195, cc=390, xc=-18),
    Sums(2800, 205, 510, c=110, cc=380, xc=-8),
)
C2 = (proportion(280, 2801, (195, -18)), proportion(205, 2800, (110, -8)))
C3 = (
    Sums(5000, 52000, 900000, c=50000, cc=820000, xc=760000),
    Sums(5000, 53500, 930000, c=50200, cc=825000, xc=782000),
)
C4 = (proportion(500, 5000, (480, 200)), proportion(560, 5000, (490, 215)))
M1 = (Sums(10, 60, 808), Sums(10, 104, 1966))
M2 = (Sums(10, 60, 808, 19, 47, 182), Sums(10, 104, 1966, 24, 74, 366))
M3 = (
    Sums(10, 60, 808, c=53, cc=607, xc=698),
    Sums(10, 104, 1966, c=83, cc=1245, xc=1562),
)
