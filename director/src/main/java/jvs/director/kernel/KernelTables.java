package jvs.director.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import jvs.linux.LinuxException;
import jvs.route.NetworkState;
import org.jspecify.annotations.Nullable;

/**
 * Reads the kernel's links, addresses, routes and neighbours, each table as a whole.
 *
 * <p>One thread, which stays in its network namespace: ip_forward is read from that thread's /proc.
 */
final class KernelTables implements AutoCloseable {
  private static final Path IP_FORWARD = Path.of("/proc/sys/net/ipv4/ip_forward");

  // Tables that change all the time are taken as they are: another change is announced anyway.
  private static final int ATTEMPTS = 5;

  private final NetlinkSocket socket = new NetlinkSocket(NetlinkSocket.NETLINK_ROUTE, 0);

  /** Links, addresses and routes of this moment. */
  NetworkState state() {
    return new NetworkState(
        dump(RtMessage.RTM_GETLINK, RtMessage.RTM_NEWLINK, RtMessage::link),
        dump(RtMessage.RTM_GETADDR, RtMessage.RTM_NEWADDR, RtMessage::interfaceAddress),
        dump(RtMessage.RTM_GETROUTE, RtMessage.RTM_NEWROUTE, RtMessage::route),
        forwardsIpv4());
  }

  /** Neighbours of this moment. */
  List<RtMessage.NeighbourReport> neighbours() {
    return dump(RtMessage.RTM_GETNEIGH, RtMessage.RTM_NEWNEIGH, RtMessage::neighbour);
  }

  private static boolean forwardsIpv4() {
    try {
      return !Files.readString(IP_FORWARD).strip().equals("0");
    } catch (IOException e) {
      return false;
    }
  }

  private <T> List<T> dump(int request, int answer, Function<RtMessage, @Nullable T> reader) {
    List<T> entries = new ArrayList<>();
    for (int i = 0; i < ATTEMPTS; i++) {
      entries.clear();
      socket.requestDump(request);
      if (readDump(answer, reader, entries)) {
        break;
      }
    }
    return entries;
  }

  private <T> boolean readDump(
      int answer, Function<RtMessage, @Nullable T> reader, List<T> entries) {
    boolean isConsistent = true;
    while (true) {
      for (Message message : messages(socket.receive(true))) {
        if (message.sequence() != socket.sequence()) {
          continue;
        }
        isConsistent &= (message.flags() & NetlinkSocket.NLM_F_DUMP_INTR) == 0;
        if (message.type() == NetlinkSocket.NLMSG_DONE) {
          return isConsistent;
        }
        if (message.type() == NetlinkSocket.NLMSG_ERROR) {
          throw new LinuxException("netlink dump", -message.body().getInt(0));
        }
        if (message.type() == answer) {
          T entry = reader.apply(new RtMessage(message.body()));
          if (entry != null) {
            entries.add(Objects.requireNonNull(entry));
          }
        }
      }
    }
  }

  /** One message of a datagram, taken apart as far as struct nlmsghdr goes. */
  record Message(int type, int flags, int sequence, ByteBuffer body) {}

  /** The messages of one datagram. */
  static List<Message> messages(ByteBuffer datagram) {
    List<Message> messages = new ArrayList<>();
    int offset = 0;
    while (offset + NetlinkSocket.HEADER_BYTES <= datagram.limit()) {
      int length = datagram.getInt(offset);
      if (length < NetlinkSocket.HEADER_BYTES || length > datagram.limit() - offset) {
        break;
      }
      messages.add(
          new Message(
              datagram.getShort(offset + 4) & 0xffff,
              datagram.getShort(offset + 6) & 0xffff,
              datagram.getInt(offset + 8),
              datagram
                  .slice(offset + NetlinkSocket.HEADER_BYTES, length - NetlinkSocket.HEADER_BYTES)
                  .order(datagram.order())));
      offset += (length + 3) & ~3;
    }
    return messages;
  }

  /** Closes the socket; idempotent. */
  @Override
  public void close() {
    socket.close();
  }
}
