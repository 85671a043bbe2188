package jvs.director.exec;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import jvs.wire.Memory;

/**
 * recvfrom(2) and recvmsg(2) on generic netlink: done on a duplicate of the socket, so that flags
 * and queue are the kernel's, and told as if the kernel had sent it (port 0). One thread.
 */
final class ReceiveCalls {
  private static final int EAGAIN = 11;
  private static final int EFAULT = 14;
  private static final int MSG_PEEK = 2;
  private static final int MSGHDR = 56;
  private static final int CONTROL = 512;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  /**
   * Where a call wants what it receives.
   *
   * @param header address of the caller's struct msghdr, 0 for recvfrom(2)
   * @param name where the sender's address goes, 0 for nowhere
   * @param nameLength for recvfrom(2) the address of its length, else the length
   */
  private record Target(
      long id,
      int tid,
      int flags,
      List<Span> spans,
      long header,
      long name,
      long nameLength,
      long control,
      int controlLength) {}

  /** A call that waits for something to receive, on its duplicate. */
  private record Parked(Target target, NetlinkSocket socket, int fd, long deadlineMillis) {}

  private final Kernel kernel;
  private final Listener listener;
  private final CallerMemory memory;
  private final NetlinkCalls sockets;
  private final List<Parked> parked = new ArrayList<>();
  private final long header = Arena.global().allocate(MSGHDR + 16, 8).address();
  private final long sender = Arena.global().allocate(16, 8).address();
  private final long control = Arena.global().allocate(CONTROL, 8).address();
  private final long data = Arena.global().allocate(CallerMemory.most(), 8).address();

  ReceiveCalls(Kernel kernel, Listener listener, CallerMemory memory, NetlinkCalls sockets) {
    this.kernel = kernel;
    this.listener = listener;
    this.memory = memory;
    this.sockets = sockets;
  }

  /** recvfrom(FD, BUFFER, LENGTH, FLAGS, ADDRESS, ADDRESS_LENGTH). */
  void receiveFrom(Notification call) {
    List<Span> spans = List.of(new Span(call.argument(1), call.argument(2)));
    receive(
        call,
        new Target(
            call.id(),
            call.tid(),
            call.word(3),
            spans,
            0,
            call.argument(4),
            call.argument(5),
            0,
            0));
  }

  /** recvmsg(FD, MSGHDR, FLAGS). */
  void receiveMessage(Notification call) {
    long at = call.argument(1);
    int tid = call.tid();
    List<Span> spans = Span.ofMessage(memory, tid, at);
    receive(
        call,
        new Target(
            call.id(),
            tid,
            call.word(2),
            spans == null ? List.of() : spans,
            at,
            memory.number(tid, at, Long.BYTES),
            memory.number(tid, at + 8, Integer.BYTES),
            memory.number(tid, at + 32, Long.BYTES),
            (int) Math.min(CONTROL, memory.number(tid, at + 40, Long.BYTES))));
  }

  private void receive(Notification call, Target target) {
    int fd = sockets.duplicate(call.tid(), call.word(0));
    NetlinkSocket socket = fd < 0 ? null : sockets.find(fd, call.tid());
    if (socket == null) {
      listener.proceed(call.id());
    } else {
      sockets.flush(socket, fd);
      boolean waits = (target.flags() & Kernel.MSG_DONTWAIT) == 0 && !kernel.isNonBlocking(fd);
      if (!tryReceive(target, socket, fd, waits)) {
        long timeout = kernel.receiveTimeoutMillis(fd);
        long deadline = timeout == 0 ? Long.MAX_VALUE : nowMillis() + timeout;
        parked.add(new Parked(target, socket, fd, deadline));
        return;
      }
    }
    if (fd >= 0) {
      kernel.close(fd);
    }
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  /** The descriptors that calls wait for. */
  int[] waitedFor() {
    return parked.stream().mapToInt(Parked::fd).toArray();
  }

  /** Tries again for all calls that wait; gives up those whose time is over. */
  void resume() {
    for (Parked waiting : List.copyOf(parked)) {
      boolean isLate = nowMillis() >= waiting.deadlineMillis();
      boolean isDone = !listener.isWaiting(waiting.target().id());
      if (isDone || tryReceive(waiting.target(), waiting.socket(), waiting.fd(), !isLate)) {
        kernel.close(waiting.fd());
        parked.remove(waiting);
      }
    }
  }

  /** Receives, or fails; returns false if the call has to wait. */
  private boolean tryReceive(Target target, NetlinkSocket socket, int fd, boolean waits) {
    int room = (int) Math.min(Span.total(target.spans()), CallerMemory.most());
    Memory.zero(header, MSGHDR);
    Memory.putLong(header, sender);
    Memory.putInt(header + 8, Kernel.SOCKADDR_NL);
    Memory.putLong(header + 16, header + MSGHDR);
    Memory.putLong(header + 24, 1);
    Memory.putLong(header + 32, control);
    Memory.putLong(header + 40, Math.max(0, target.controlLength()));
    Memory.putLong(header + MSGHDR, data);
    Memory.putLong(header + MSGHDR + 8, room);
    int flags = (target.flags() | Kernel.MSG_DONTWAIT) & ~MSG_CMSG_CLOEXEC;
    long length = kernel.receive(fd, header, flags);
    if (length == -EAGAIN && waits) {
      return false;
    }
    if (length < 0) {
      listener.refuse(target.id(), (int) -length);
      return true;
    }
    byte[] octets = new byte[(int) Math.min(length, room)];
    Memory.copy(data, octets, 0, octets.length);
    if (write(target, octets)) {
      listener.answer(target.id(), length);
    } else {
      listener.refuse(target.id(), EFAULT);
    }
    if ((flags & MSG_PEEK) == 0) {
      sockets.flush(socket, fd);
    }
    return true;
  }

  private boolean write(Target target, byte[] octets) {
    int tid = target.tid();
    Kernel.putAddress(sender, 0);
    byte[] address = bytes(sender, Kernel.SOCKADDR_NL);
    boolean isWritten = Span.scatter(memory, tid, target.spans(), octets);
    if (target.header() == 0) {
      if (target.name() != 0 && target.nameLength() != 0) {
        long room = memory.number(tid, target.nameLength(), Integer.BYTES);
        int most = (int) Math.min(room, address.length);
        isWritten &= memory.write(tid, target.name(), address, 0, most);
        isWritten &= memory.writeNumber(tid, target.nameLength(), address.length, Integer.BYTES);
      }
      return isWritten;
    }
    if (target.name() != 0) {
      int most = (int) Math.min(target.nameLength(), address.length);
      isWritten &= memory.write(tid, target.name(), address, 0, most);
      isWritten &= memory.writeNumber(tid, target.header() + 8, address.length, Integer.BYTES);
    }
    int controlLength = (int) Memory.getLong(header + 40);
    byte[] controls = bytes(control, controlLength);
    isWritten &= memory.write(tid, target.control(), controls, 0, controlLength);
    isWritten &= memory.writeNumber(tid, target.header() + 40, controlLength, Long.BYTES);
    int resultFlags = Memory.getInt(header + 48);
    return isWritten && memory.writeNumber(tid, target.header() + 48, resultFlags, Integer.BYTES);
  }

  private static byte[] bytes(long address, int length) {
    byte[] octets = new byte[length];
    Memory.copy(address, octets, 0, length);
    return octets;
  }
}
