"""How long pyspf takes to evaluate one case of the RFC 7208 suite, in nanoseconds, with the suite's zones as its DNS.

`python pyspf.py FILE RUNS` prints one JSON document, like the Rust side of this bench.
"""

import json
import socket
import sys
import time

import spf

PASSES = 2


def records(node, kind):
    """The records of a type at a node, in the form in which pyspf's DNS libraries give them."""
    for value in node.get(kind, []):
        if kind == "AAAA":
            yield socket.inet_pton(socket.AF_INET6, value)
        elif kind == "TXT":
            # Each character of the suite's strings stands for one octet.
            yield tuple(string.encode("latin-1") for string in value)
        elif kind == "MX":
            yield (int(value[0]), value[1])
        else:
            yield value


def resolver(zone):
    """A DNS lookup for pyspf that answers from the zones of a case."""
    nodes = {owner.lower(): node for owner, node in zone.items()}

    def lookup(name, kind, strict=True, timeout=None, level=0, **_):
        labels = [label for label in name.split(".") if label]
        if any(len(label) > 63 for label in labels):
            raise spf.TempError("DNS label too long: " + name)
        name = ".".join(labels).lower()
        node = nodes.get(name)
        if node is None:
            return []
        if kind in node:
            return [((name, kind), value) for value in records(node, kind)]
        silent = node.get("timeout", [])
        if "*" in silent or kind in silent:
            raise spf.TempError("DNS timeout: " + name)
        if "CNAME" in node:
            target = node["CNAME"]
            target = target[0] if isinstance(target, list) else target
            return [((name, "CNAME"), target)]
        return []

    return lookup


def check(case):
    given = case["input"]
    spf.DNSLookup = case["lookup"]
    query = spf.query(i=given["ip"], s=given["mail_from"], h=given["helo"], receiver="unknown", strict=True)
    query.set_default_explanation(given["default_explanation"])
    return query.check()[0]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    for case in cases:
        case["lookup"] = resolver(case["input"]["zone"])
    preferred = sum(check(case) == case["expected"]["preferred"] for case in cases)
    times = []
    for _ in range(int(sys.argv[2])):
        started = time.perf_counter_ns()
        for _ in range(PASSES):
            for case in cases:
                check(case)
        times.append((time.perf_counter_ns() - started) / (PASSES * len(cases)))
    print(json.dumps({"cases": len(cases), "preferred": preferred, "ns": times}))


main()
