"""Who sees what, said again in the plainest way from the design's words and not from the product's code.

It imports nothing of the product. An organization is plain rows; dates are half-open and None is open:

    units        {unit: (starts, ends)}
    parents      [(unit, parent, starts, ends)]
    posts        [(person, role, unit, supervisor or None, starts, ends)]
    grants       [(person, role, unit, starts, ends)]
    delegations  [(giver, receiver, unit or None, starts, ends)]
    services     [(person, service, starts)]: grants of the results of a service, for good
    closed       {person}: whose account is closed
"""

SEES_BELOW = {"supervisor", "director", "analyst", "executive", "reader", "publisher", "hr", "auditor"}
SEES_BELOW |= {"labour_liaison"}
SEES_ABOVE = {"member", "supervisor", "director"}


def holds(on, starts, ends):
    return (starts is None or starts <= on) and (ends is None or on < ends)


def parent_of(world, unit, on):
    starts, ends = world["units"][unit]
    if not holds(on, starts, ends):  # it stands where it stood last, or will stand first
        on = starts if starts is not None and on < starts else ends - world["one_day"]
    for child, parent, first, after in world["parents"]:
        there = parent == world["top"] or holds(on, *world["units"][parent])
        if child == unit and holds(on, first, after) and there:
            return parent
    return None if unit == world["top"] else world["top"]


def above(world, unit, on):
    parent = parent_of(world, unit, on)
    return {unit} if parent is None else {unit} | above(world, parent, on)


def below(world, unit, on):
    return {one for one in world["units"] if unit in above(world, one, on)}


def roles_of(world, person, on):
    """(role, unit, narrowed to) of a person that day."""
    found = [(r, u, None) for p, r, u, _, a, b in world["posts"] if p == person and holds(on, a, b)]
    found += [(r, u, None) for p, r, u, a, b in world["grants"] if p == person and holds(on, a, b)]
    for giver, receiver, only, first, after in world["delegations"]:
        if receiver == person and holds(on, first, after) and giver not in world["closed"]:
            for p, r, u, _, a, b in world["posts"]:
                if p == giver and holds(on, a, b):
                    found.append((r, u, only))
    return found


def seen_units(world, person, on):
    seen = set()
    for role, unit, only in [] if person in world["closed"] else roles_of(world, person, on):
        here = below(world, unit, on) if role in SEES_BELOW else set()
        here |= above(world, unit, on) if role in SEES_ABOVE else set()
        seen |= here & below(world, only, on) if only else here
    return seen


def seen_services(world, person, on):
    granted = {s for p, s, starts in world["services"] if p == person and starts <= on}
    return set() if person in world["closed"] else granted


def members(world, on):
    return [(p, u, s) for p, r, u, s, a, b in world["posts"] if r == "member" and holds(on, a, b)]


def seen_people(world, person, on):
    if person in world["closed"]:
        return set()
    seen, names = {person}, [(person, None)]
    for giver, receiver, only, first, after in world["delegations"]:
        at_work = any(p == giver and holds(on, a, b) for p, _, _, _, a, b in world["posts"])
        if receiver == person and holds(on, first, after) and at_work and giver not in world["closed"]:
            names.append((giver, only))
    for name, only in names:
        direct = {p for p, _, s in members(world, on) if s == name}
        seen |= {
            p
            for p, u, s in members(world, on)
            if (s == name or s in direct) and (only is None or u in below(world, only, on))
        }
    for role, unit, only in roles_of(world, person, on):
        if role == "supervisor":
            for p, u, _ in members(world, on):
                if unit in (u, parent_of(world, u, on)) and (only is None or u in below(world, only, on)):
                    seen.add(p)
    return seen
