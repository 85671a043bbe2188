package jvs.director.exec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jvs.director.dropin.Datagrams;
import jvs.director.dropin.NetlinkRequest;
import org.jspecify.annotations.Nullable;

/**
 * socket(2), sendto(2) and sendmsg(2) on generic netlink. One thread.
 *
 * <p>Whatever else is done with the socket the kernel itself does: it is a real one.
 */
final class NetlinkCalls {
  private static final int EFAULT = 14;
  private static final int EMFILE = 24;
  private static final int EMSGSIZE = 90;
  private static final int SO_PROTOCOL = 38;
  private static final int SO_DOMAIN = 39;
  private static final int SO_COOKIE = 57;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int MOST_SOCKETS = 4096;
  private static final int DESCRIPTORS = 64;

  private final Kernel kernel;
  private final Listener listener;
  private final CallerMemory memory;
  private final Callers callers;
  private final NetlinkFamilies families;
  private final Processes processes;
  private final int firstFd;
  private final int ownFd;
  private final Map<Long, NetlinkSocket> sockets = new LinkedHashMap<>(16, 0.75f, true);

  NetlinkCalls(
      Kernel kernel,
      Listener listener,
      CallerMemory memory,
      Callers callers,
      NetlinkFamilies families,
      int firstFd) {
    this.kernel = kernel;
    this.listener = listener;
    this.memory = memory;
    this.callers = callers;
    this.families = families;
    this.processes = new Processes(kernel);
    this.firstFd = firstFd;
    ownFd =
        kernel.socket(
            Kernel.AF_NETLINK, Kernel.SOCK_RAW | Kernel.O_CLOEXEC, Kernel.NETLINK_USERSOCK);
  }

  /** socket(AF_NETLINK, TYPE, NETLINK_GENERIC). */
  void open(Notification call) {
    int type = call.word(1);
    int fd = kernel.socket(Kernel.AF_NETLINK, type | Kernel.O_CLOEXEC, Kernel.NETLINK_USERSOCK);
    if (fd < 0) {
      listener.refuse(call.id(), -fd);
      return;
    }
    remember(fd, call.tid());
    if (listener.give(call.id(), fd, freeNumber(call.tid()), type & Kernel.O_CLOEXEC) < 0) {
      listener.refuse(call.id(), EMFILE);
    }
    kernel.close(fd);
  }

  private NetlinkSocket remember(int fd, int tid) {
    NetlinkSocket socket = new NetlinkSocket(Callers.networkNamespace(tid));
    sockets.put(kernel.option(fd, Kernel.SOL_SOCKET, SO_COOKIE), socket);
    if (sockets.size() > MOST_SOCKETS) {
      // The longest unused is most likely closed; if not, it is made anew when used again.
      Map.Entry<Long, NetlinkSocket> eldest = sockets.entrySet().iterator().next();
      eldest.getValue().close(kernel);
      sockets.remove(eldest.getKey());
    }
    return socket;
  }

  private int freeNumber(int tid) {
    int fd = firstFd;
    while (fd < firstFd + DESCRIPTORS - 1
        && Files.exists(Path.of("/proc/" + tid + "/fd/" + fd), LinkOption.NOFOLLOW_LINKS)) {
      fd++;
    }
    return fd;
  }

  /** A duplicate of a caller's descriptor, negative if there is none. */
  int duplicate(int tid, int fd) {
    return processes.duplicate(tid, fd);
  }

  /** The socket behind our duplicate of a descriptor, null if it is none of ours. */
  @Nullable NetlinkSocket find(int fd, int tid) {
    if ((int) kernel.option(fd, Kernel.SOL_SOCKET, SO_DOMAIN) != Kernel.AF_NETLINK
        || (int) kernel.option(fd, Kernel.SOL_SOCKET, SO_PROTOCOL) != Kernel.NETLINK_USERSOCK) {
      return null;
    }
    NetlinkSocket known = sockets.get(kernel.option(fd, Kernel.SOL_SOCKET, SO_COOKIE));
    return known != null ? known : remember(fd, tid);
  }

  /** Lets more of a long answer follow. */
  void flush(NetlinkSocket socket, int fd) {
    socket.flush(kernel, ownFd, kernel.netlinkPort(fd));
  }

  /** sendto(FD, BUFFER, LENGTH, ...). */
  void sendTo(Notification call) {
    long length = call.argument(2);
    send(call, List.of(new Span(call.argument(1), length)));
  }

  /** sendmsg(FD, MSGHDR, FLAGS). */
  void sendMessage(Notification call) {
    send(call, Span.ofMessage(memory, call.tid(), call.argument(1)));
  }

  private void send(Notification call, @Nullable List<Span> spans) {
    int fd = duplicate(call.tid(), call.word(0));
    NetlinkSocket socket = fd < 0 ? null : find(fd, call.tid());
    if (socket == null) {
      listener.proceed(call.id());
    } else if (spans == null) {
      listener.refuse(call.id(), EFAULT);
    } else if (Span.total(spans) > CallerMemory.most()) {
      listener.refuse(call.id(), EMSGSIZE);
    } else {
      byte[] datagram = Span.gather(memory, call.tid(), spans);
      if (datagram == null) {
        listener.refuse(call.id(), EFAULT);
      } else {
        deliver(socket, fd, datagram, call.tid());
        listener.answer(call.id(), datagram.length);
      }
    }
    if (fd >= 0) {
      kernel.close(fd);
    }
  }

  /** Answers each message of a datagram, as far as they are as long as they say. */
  private void deliver(NetlinkSocket socket, int fd, byte[] datagram, int tid) {
    ByteBuffer in = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
    int port = kernel.netlinkPort(fd);
    boolean isAdmin = callers.isAdmin(tid);
    boolean capsErrors = (int) kernel.option(fd, SOL_NETLINK, NETLINK_CAP_ACK) != 0;
    List<byte[]> answers = new ArrayList<>();
    int at = 0;
    while (at + NetlinkRequest.HEADER <= datagram.length) {
      int length = in.getInt(at);
      if (length < NetlinkRequest.HEADER || length > datagram.length - at) {
        break;
      }
      byte[] message = Arrays.copyOfRange(datagram, at, at + length);
      NetlinkRequest request = new NetlinkRequest(message, port, isAdmin, capsErrors);
      answers.addAll(Datagrams.of(families.answer(socket, request, tid)));
      at += (length + 3) & ~3;
    }
    socket.enqueue(answers);
    flush(socket, fd);
  }
}
