"""Archives made and read with pcaplife map, reduce and result: for the tests of these.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import re
import subprocess

import tshark

PROGRAM = tshark.BUILD / "command" / "pcaplife"


def pcaplife(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL,
                          env={"LC_ALL": "C"})


def streams(folder, part):
    return sorted(folder.glob(f"*.p{part}"))


class Failed(Exception):
    pass


def run(*words):
    done = pcaplife(*words)
    if done.returncode != 0 or done.stderr:
        raise Failed(f"{' '.join(map(str, words))}: {done.returncode}, {done.stderr}")
    return done.stdout


CUT = r"pcaplife: (\d+) datagrams? (?:is|are) told as far as one task .* \((.*)\)\n"
JOINED = r"pcaplife: one run may tell otherwise: it may put together fragments of (\d+) datagrams? \((.*)\) with later ones .*\n"


class Text(str):
    """What `pcaplife result` printed; `cut`: how many datagrams, as it says, lie in files of different tasks, as `example`; `joined`: of
    how many one run may put together fragments with later ones, as `joined_example`; `rounds`: how often all parts had to be reduced once more."""
    cut = joined = rounds = 0


def reduced(form, folder, parts, *options):
    outputs = [folder / f"{form}.r{part}" for part in range(parts)]
    for part, output in enumerate(outputs):
        run("reduce", form, *options, "-o", output, *streams(folder, part))
    return outputs


MOST_ROUNDS = 10


def result_of(form, folder, outputs, *options):
    """What pcaplife result says in the end, and how often parts had to be reduced once more until then."""
    hosts = folder / f"{form}.hosts"
    for rounds in range(MOST_ROUNDS):
        done = pcaplife("result", "--hosts", hosts, *outputs)
        if done.returncode != 1:
            return done, rounds
        if done.stdout or "reduce all parts once more" not in done.stderr or done.stderr.count("\n") != 1:
            raise Failed(f"result: {done.stdout:.100}, {done.stderr}")
        for part, output in enumerate(outputs):
            run("reduce", form, *options, "--hosts", hosts, "-o", output, *streams(folder, part))
    raise Failed(f"parts had to be reduced {MOST_ROUNDS} times")


def reduce_all(form, folder, parts, *options):
    done, rounds = result_of(form, folder, reduced(form, folder, parts, *options), *options)
    said = re.fullmatch(f"(?:{CUT})?(?:{JOINED})?", done.stderr)
    if done.returncode != 0 or not said:
        raise Failed(f"result: {done.returncode}, {done.stderr}")
    text = Text(done.stdout)
    text.rounds = rounds
    text.cut, text.example, text.joined, text.joined_example = int(said[1] or 0), said[2] or "", int(said[3] or 0), said[4] or ""
    return text


def archive(tasks, folder, parts, forms, *options):
    """What each form has to say of all tasks' files; each task is the words for one run of map."""
    folder.mkdir()
    for words in tasks:
        run("map", "--quiet", f"--parts={parts}", "-o", folder, *words)
    return {form: reduce_all(form, folder, parts, *options) for form in forms}


def compare(what, found, words, *options):
    for form, text in found.items():
        expected = pcaplife(form, "--quiet", *options, *words).stdout
        if text == expected or text.cut or text.joined:  # cut_datagrams() and joined_datagrams() look at these
            continue
        pairs = list(zip(text.splitlines(), expected.splitlines()))
        differs = next(((one, other) for one, other in pairs if one != other), (f"{len(text)} bytes", f"{len(expected)}"))
        yield f"{what}: {form} is\n{differs[0]:.1500}\nand not\n{differs[1]:.1500}"
