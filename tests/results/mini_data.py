"""A small data set whose results are known by hand: events of thirteen people over two weeks.

Minutes since the first midnight; the experiment runs from 1440 to 21600.
"""

from typing import NamedTuple

START, END = 1440, 21600


class Seen(NamedTuple):
    """Something a person did."""

    person: str
    minute: int
    event: str
    value: object = None
    session: str = ""


def _read(person: str, text: str) -> list[Seen]:
    names = {"E": "exposure", "P": "purchase", "S": "signup", "L": "login"}
    found = []
    for word in text.split():
        head, _, rest = word.partition("(")
        value, _, tail = rest.partition(")")
        head, _, session = (head + tail).partition("[")
        found.append(
            Seen(person, int(head[1:]), names[head[0]], value or None, session.rstrip("]"))
        )
    return found


EVENTS = [
    *_read(
        "c1", "P1400(99)[s0] E1500(control) P1500(10)[s1] S1550 P1600(20)[s1] P3000(30)[s2] L4430"
    ),
    *_read("c2", "S1900 E2000(control) E12000(control) P12079(5)[s4] P12080(50)[s4] P12100(7)[s5]"),
    *_read("c3", "E2500(control)"),
    *_read("c4", "E3000(control) S3050 P3100[s6] P3200(8)[s6]"),
    *_read("c5", "E21600(control) P21700(11)[s7]"),
    *_read("t1", "E1600(test) S1650 P1700(40)[s8] P1800(40)[s9] L3090"),
    *_read("t2", "E1700(test) E1900(control) P2000(1000)[s10]"),
    *_read("t3", "E1300(test) P4000(60)[s11] E5000(test) P5100(15)[s11]"),
    *_read("t4", "E4000(test) S4400 P4500(12)[s12] L15920 P17460(13)[s13]"),
    *_read("t5", "E4200(other:test) P4300(500)"),
    *_read("t6", "E21601(test) P21700(800)"),
    *_read("t7", "E6000(test) S6100 L6130"),
    *_read("h1", "E4200(holdout-7) P4300(700)"),
]
