package jvs.director.daemon;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import jvs.service.DaemonSpec;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.Settings;
import jvs.sync.SyncBackup;
import jvs.sync.SyncMaster;
import jvs.sync.SyncNetwork;
import jvs.wire.Memory;

/**
 * UDP multicast for the sync daemons, with a thread for each (make_send_sock, make_receive_sock).
 */
final class MulticastSockets implements SyncNetwork {
  private static final Logger LOG = System.getLogger(MulticastSockets.class.getName());
  private static final int DATAGRAM = 1 << 16;
  private static final long IDLE_NANOS = 10_000_000;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final Settings settings;
  private final LongSupplier clock;

  /** Sockets as {@code settings} say; {@code clock} is that of the workers, in milliseconds. */
  MulticastSockets(Settings settings, LongSupplier clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Running startMaster(DaemonSpec spec, int ports, SyncMaster master) {
    List<DatagramChannel> channels = new ArrayList<>();
    try {
      for (int i = 0; i < ports; i++) {
        channels.add(sender(spec, spec.port() + i));
      }
    } catch (IOException e) {
      close(channels);
      throw refusal(spec, e);
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect(DATAGRAM);
    Thread thread =
        start(
            "jvs-sync-master",
            () -> {
              int entries =
                  master.drain(
                      clock.getAsLong(),
                      (port, address, length) -> send(channels.get(port), buffer, address, length));
              if (entries == 0) {
                LockSupport.parkNanos(IDLE_NANOS);
              }
            });
    return () -> {
      end(thread);
      close(channels);
    };
  }

  private DatagramChannel sender(DaemonSpec spec, int port) throws IOException {
    NetworkInterface link = link(spec);
    DatagramChannel channel = DatagramChannel.open(family(spec));
    try {
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, link);
      channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, spec.ttl());
      channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false);
      if (settings.syncSocketBytes > 0) {
        channel.setOption(StandardSocketOptions.SO_SNDBUF, settings.syncSocketBytes);
      }
      channel.bind(new InetSocketAddress(ownAddress(link, spec), 0));
      channel.connect(new InetSocketAddress(group(spec, link), port));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** What cannot be sent is lost, as by the network: it will be said again. */
  private static boolean send(
      DatagramChannel channel, ByteBuffer buffer, long address, int length) {
    buffer.clear().limit(length);
    Memory.copy(address, MemorySegment.ofBuffer(buffer).address(), length);
    try {
      channel.write(buffer);
      return true;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "sync message lost", e);
      return false;
    }
  }

  @Override
  public Running startBackup(DaemonSpec spec, int ports, SyncBackup backup) {
    List<DatagramChannel> channels = new ArrayList<>();
    try {
      Selector selector = Selector.open();
      for (int i = 0; i < ports; i++) {
        channels.add(receiver(spec, spec.port() + i, selector));
      }
      ByteBuffer buffer = ByteBuffer.allocateDirect(DATAGRAM);
      Thread thread = start("jvs-sync-backup", () -> receive(selector, buffer, backup));
      return () -> {
        end(thread);
        close(channels);
        close(List.of(selector));
      };
    } catch (IOException e) {
      close(channels);
      throw refusal(spec, e);
    }
  }

  private DatagramChannel receiver(DaemonSpec spec, int port, Selector selector)
      throws IOException {
    NetworkInterface link = link(spec);
    DatagramChannel channel = DatagramChannel.open(family(spec));
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      if (settings.syncSocketBytes > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, settings.syncSocketBytes);
      }
      // To the group only: nobody can send to it from afar.
      channel.bind(new InetSocketAddress(group(spec, link), port));
      channel.join(group(spec, link), link);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void receive(Selector selector, ByteBuffer buffer, SyncBackup backup)
      throws IOException {
    selector.select(key -> receive((DatagramChannel) key.channel(), buffer, backup));
  }

  private static void receive(DatagramChannel channel, ByteBuffer buffer, SyncBackup backup) {
    try {
      while (channel.receive(buffer.clear()) != null) {
        backup.receive(MemorySegment.ofBuffer(buffer.flip()).address(), buffer.limit());
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "sync message lost", e);
    }
  }

  /** One round of a daemon's work. */
  private interface Round {
    void run() throws IOException;
  }

  private static Thread start(String name, Round round) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try {
                while (!Thread.currentThread().isInterrupted()) {
                  round.run();
                }
              } catch (IOException | RuntimeException e) {
                LOG.log(Level.ERROR, name + " ends", e);
              }
            });
  }

  private static void end(Thread thread) {
    thread.interrupt();
    try {
      if (!thread.join(STOP_LIMIT)) {
        LOG.log(Level.ERROR, "{0} does not end", thread.getName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(List<? extends AutoCloseable> resources) {
    for (AutoCloseable resource : resources) {
      try {
        resource.close();
      } catch (Exception e) {
        LOG.log(Level.WARNING, "while a sync daemon stops", e);
      }
    }
  }

  private static IpvsException refusal(DaemonSpec spec, IOException e) {
    return new IpvsException(
        Errno.EINVAL, "no sync daemon on " + spec.interfaceName() + ": " + e.getMessage());
  }

  private static NetworkInterface link(DaemonSpec spec) throws SocketException {
    NetworkInterface link = NetworkInterface.getByName(spec.interfaceName());
    if (link == null) {
      throw new IpvsException(Errno.ENODEV, "there is no interface " + spec.interfaceName());
    }
    return link;
  }

  private static ProtocolFamily family(DaemonSpec spec) {
    return spec.group().isV4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
  }

  /** An IPv6 group of a link is another on each link: without an index nobody can bind to it. */
  private static InetAddress group(DaemonSpec spec, NetworkInterface link) throws IOException {
    byte[] octets = spec.group().octets();
    return spec.group().isV4()
        ? InetAddress.getByAddress(octets)
        : Inet6Address.getByAddress(null, octets, link.getIndex());
  }

  private static InetAddress ownAddress(NetworkInterface link, DaemonSpec spec) throws IOException {
    int length = spec.group().octets().length;
    return link.inetAddresses()
        .filter(address -> address.getAddress().length == length)
        .filter(address -> length == 4 || address.isLinkLocalAddress())
        .findFirst()
        .orElseThrow(() -> new IOException("it has no address for multicast"));
  }
}
