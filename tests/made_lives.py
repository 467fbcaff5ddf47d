"""A capture of any length, made as it is read: short connections, one after the other, each whole from SYN to last ACK.

`made_lives.py COUNT [A_SECOND]` writes it to the standard output.
"""
import struct
import sys

FILE_HEADER = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
RECORD, ETHERNET, IP, TCP = 16, 14, 20, 20
CLIENT, SERVER = range(2)
FIN, SYN, ACK = 1, 2, 16
# Who sends, flags, what it has sent and been sent before, bytes of payload.
LIFE = [(CLIENT, SYN, 0, 0, 0), (SERVER, SYN | ACK, 0, 1, 0), (CLIENT, ACK, 1, 1, 0), (CLIENT, ACK, 1, 1, 20),
        (SERVER, ACK, 1, 21, 200), (CLIENT, FIN | ACK, 21, 201, 0), (SERVER, FIN | ACK, 201, 22, 0), (CLIENT, ACK, 22, 202, 0)]
LIFE_BYTES = sum(RECORD + ETHERNET + IP + TCP + length for *_, length in LIFE)
START = 1_700_000_000


def segment(sender, flags, seq, ack, length):
    """One record. The checksum is 0, as where a network card fills it in."""
    ports, addresses, first = (0, 80), (bytes(4), bytes([192, 0, 2, 1])), (1000, 2000)
    tcp = struct.pack(">HHIIBBHHH", ports[sender], ports[1 - sender], first[sender] + seq,
                      first[1 - sender] + ack if flags & ACK else 0, TCP // 4 << 4, flags, 65535, 0, 0)
    ip = struct.pack(">BBHHHBBH", 0x45, 0, IP + TCP + length, 0, 0, 64, 6, 0) + addresses[sender] + addresses[1 - sender]
    frame = bytes(12) + b"\x08\x00" + ip + tcp + bytes(length)
    return struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame


def lives(count, a_second=1000):
    """Pieces of the capture, a life each; `a_second` lives begin within a second of the capture's clock."""
    yield FILE_HEADER
    life = bytearray()
    times, clients = [], []
    for sender, *rest in LIFE:
        times.append(len(life))
        clients.append((len(life) + RECORD + ETHERNET + 12 + 4 * sender, len(life) + RECORD + ETHERNET + IP + 2 * sender))
        life += segment(sender, *rest)
    for number in range(count):
        address, port = 0x0a000000 + number // 50000, 10000 + number % 50000
        seconds, rest = divmod(number, a_second)
        microseconds = rest * 1_000_000 // a_second
        for at in times:
            struct.pack_into("<II", life, at, START + seconds, microseconds)
        for at_address, at_port in clients:
            struct.pack_into(">I", life, at_address, address)
            struct.pack_into(">H", life, at_port, port)
        yield bytes(life)


def packets(life):
    """The records of a life, each with its header."""
    found = []
    while life:
        end = RECORD + struct.unpack_from("<I", life, 8)[0]
        found.append(life[:end])
        life = life[end:]
    return found


if __name__ == "__main__":
    sys.stdout.buffer.writelines(lives(*map(int, sys.argv[1:])))
