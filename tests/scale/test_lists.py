from bench.scale.lines import LISTS, lines
from tests.looping import in_one_test


@in_one_test("caller", ["owner", "member"])
def test_lists__large_project__as_many_statements_as_in_a_small_one(asked, caller):
    more = {}
    for line in lines():
        if line.path in LISTS and line.caller == caller:
            small, big = (
                len(asked(line, caller=caller, world=world).statements)
                for world in ("small", "big")
            )
            more |= {line.title: (small, big)} if big > small + 2 else {}

    assert more == {}
