"""What a person should look at, by a connection's record: pcaplife's verdict and the report say the same.

SPDX-License-Identifier: GPL-2.0-or-later
"""
SEVERITIES = ("warn", "error")
TROUBLE = {"open": ["unanswered", "refused", "rejected", "half-open", "aborted"],
           "close": ["reset", "reset-while-closing", "dead-peer"]}


def attention(record):
    """Names, in order: warnings and errors, and an open and a close that are trouble by themselves."""
    found = [expert["name"] for expert in record["experts"] if expert["severity"] in SEVERITIES]
    return list(dict.fromkeys(found + [record[key].replace("-", "_") for key, words in TROUBLE.items() if record[key] in words]))
