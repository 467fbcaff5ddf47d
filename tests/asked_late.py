#!/usr/bin/python3
"""What nobody asks about in one pass is not learnt; who asks in the middle is told so, and nothing that would be wrong.

tshark knows before the first packet what it has to show, but for a Lua script, which can begin to listen at any packet.
Where somebody asked from the beginning, or the packets are dissected again, it gets its answers.

    tests/asked_late.py
"""
import tshark

FROM_FRAME_5 = """
local answers = {}
local function listen()
  local late = Listener.new("frame", "tcplife.connection")
  function late.packet(pinfo) answers[#answers + 1] = pinfo.number end
end
local clock = Listener.new("frame")
function clock.packet(pinfo) if pinfo.number == 5 then listen() end end
function clock.draw() print("answers: " .. table.concat(answers, " ")) end
"""
TOO_LATE = "it was asked after packets had been read"


def main():
    script = tshark.stage() / "late.lua"
    script.write_text(FROM_FRAME_5)
    script.chmod(0o644)
    capture = tshark.capture_file("close_4seg_client")
    frames = len(tshark.run(capture=capture).stdout.splitlines())
    rest = " ".join(map(str, range(6, frames + 1)))
    problems = []
    # What tshark shows, whether it is told that it is too late, and which frames have answers.
    for options, is_late, answers in ((["-Y", "tcp"], True, ""), (["-Y", "tcplife"], False, rest),
                                      (["-Y", "tcp", "-z", "tcplife,conn"], False, rest),
                                      (["-Y", "_ws.expert"], False, rest), (["-2", "-Y", "tcp"], False, rest)):
        done = tshark.run("-q", *options, "-X", f"lua_script:{script}", capture=capture)
        if done.stderr.count(TOO_LATE) != is_late:
            problems.append(f"{options}: tshark says {done.stderr!r}")
        if f"answers: {answers}" not in done.stdout.splitlines():
            problems.append(f"{options}: prints {done.stdout!r}, not the answers {answers}")
    tshark.report(problems, "who asks in the middle of a capture is told that it is too late")


if __name__ == "__main__":
    main()
