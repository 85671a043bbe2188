package jvs.director.exec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jvs.director.dropin.ControlFamily;
import jvs.director.dropin.KernelCall;
import jvs.director.dropin.NetlinkRequest;
import jvs.linux.NetworkNamespace;
import jvs.wire.Memory;

/**
 * Who answers a generic-netlink message: the director for "IPVS", the kernel for all others. One
 * thread.
 */
final class NetlinkFamilies {
  private static final int ENOENT = 2;
  private static final int EPERM = 1;
  private static final int MESSAGE = 1 << 16;
  private static final int MSGHDR = 56;

  private final Kernel kernel;
  private final Directors directors;
  private final ControlFamily control = new ControlFamily();
  private final String ownNamespace = Callers.networkNamespace((int) ProcessHandle.current().pid());
  private final long message;
  private final long header;

  NetlinkFamilies(Kernel kernel, Directors directors) {
    this.kernel = kernel;
    this.directors = directors;
    message = Arena.global().allocate(MESSAGE, 8).address();
    header = Arena.global().allocate(MSGHDR + 16, 8).address();
  }

  /** The answer to a message: netlink messages one after the other, or none. */
  byte[] answer(NetlinkSocket socket, NetlinkRequest request, int tid) {
    if (request.type() == ControlFamily.IPVS_ID) {
      return askDirector(socket, request);
    }
    boolean isPresent =
        (ControlFamily.asksForIpvs(request) || ControlFamily.asksForAll(request))
            && directors.isThere(socket.namespace());
    if (ControlFamily.asksForIpvs(request)) {
      return isPresent ? control.find(request) : request.refuse(ENOENT);
    }
    // We ask with our own rights, so whoever has fewer may ask only what anybody may.
    if (request.type() != ControlFamily.ID && !request.isAdmin()) {
      return request.refuse(EPERM);
    }
    byte[] answer = askKernel(socket, request, tid);
    return isPresent ? withEntry(answer, control.entry(request)) : answer;
  }

  private byte[] askDirector(NetlinkSocket socket, NetlinkRequest request) {
    KernelCall call =
        new KernelCall(
            KernelCall.Kind.NETLINK,
            request.isAdmin(),
            request.capsErrors(),
            request.port(),
            0,
            request.message());
    try {
      return directors.call(socket.namespace(), call).data();
    } catch (IOException none) {
      return request.refuse(ENOENT);
    }
  }

  private byte[] askKernel(NetlinkSocket socket, NetlinkRequest request, int tid) {
    if (socket.kernelFd() < 0) {
      socket.kernelFd(openIn(socket.namespace(), tid));
    }
    int fd = socket.kernelFd();
    if (fd < 0 || kernel.sendTo(fd, request.message(), 0) < 0) {
      return request.refuse(ENOENT);
    }
    // The kernel has done the request when sending it returns, and goes on with a list when its
    // beginning is taken.
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    for (int length = receive(fd); length > 0; length = receive(fd)) {
      byte[] datagram = new byte[length];
      Memory.copy(message, datagram, 0, length);
      answer.writeBytes(addressed(datagram, request.port()));
    }
    return answer.toByteArray();
  }

  private int receive(int fd) {
    Memory.zero(header, MSGHDR);
    Memory.putLong(header + 16, header + MSGHDR);
    Memory.putLong(header + 24, 1);
    Memory.putLong(header + MSGHDR, message);
    Memory.putLong(header + MSGHDR + 8, MESSAGE);
    return (int) Math.min(MESSAGE, kernel.receive(fd, header, Kernel.MSG_DONTWAIT));
  }

  /** Clients drop messages that are not for their own port. */
  private static byte[] addressed(byte[] datagram, int port) {
    ByteBuffer in = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
    int at = 0;
    while (at + NetlinkRequest.HEADER <= datagram.length) {
      in.putInt(at + 12, port);
      at += Math.max(NetlinkRequest.HEADER, (in.getInt(at) + 3) & ~3);
    }
    return datagram;
  }

  /** The list with one more entry before its end. */
  private static byte[] withEntry(byte[] list, byte[] entry) {
    int end = list.length - NetlinkRequest.HEADER - Integer.BYTES;
    if (end < 0) {
      return list;
    }
    byte[] longer = Arrays.copyOf(list, list.length + entry.length);
    System.arraycopy(entry, 0, longer, end, entry.length);
    System.arraycopy(list, end, longer, end + entry.length, list.length - end);
    return longer;
  }

  private int openIn(String namespace, int tid) {
    if (namespace.equals(ownNamespace)) {
      return open();
    }
    int[] fd = {-1};
    Thread visitor =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    NetworkNamespace.enterThat("/proc/" + tid + "/ns/net");
                    fd[0] = open();
                  } catch (RuntimeException notAllowed) {
                    // Then the family is unknown.
                  }
                });
    try {
      visitor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return fd[0];
  }

  private int open() {
    return kernel.socket(
        Kernel.AF_NETLINK, Kernel.SOCK_RAW | Kernel.O_CLOEXEC, Kernel.NETLINK_GENERIC);
  }
}
