package jvs.bench.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import jvs.bench.Spread;
import jvs.lab.Host;
import jvs.linux.NetworkNamespace;

/**
 * How much TCP goes through, with all offloads on: streams from the generator to the servers, both
 * ends in this process, so that all contenders have the same ends.
 */
final class BulkBenchmark {
  private static final int CHUNK_BYTES = 1 << 18;
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int CONNECT_MILLIS = 5_000;

  private final WireLab lab;
  private final long measured;
  private final Consumer<String> progress;
  private final AtomicLong received = new AtomicLong();

  BulkBenchmark(WireLab lab, int seconds, Consumer<String> progress) {
    this.lab = lab;
    measured = TimeUnit.SECONDS.toNanos(seconds);
    this.progress = progress;
  }

  /** Gigabits a second of each contender, in as many rounds. */
  Map<Contender, Spread> run(List<Contender> contenders, int streams, int rounds)
      throws IOException {
    Map<Contender, List<Double>> figures = new EnumMap<>(Contender.class);
    try (Servers _ = new Servers()) {
      for (int round = 1; round <= rounds; round++) {
        for (Contender contender : contenders) {
          double figure = measure(contender, streams);
          figures.computeIfAbsent(contender, _ -> new ArrayList<>()).add(figure);
          progress.accept(
              "TCP, %d streams, round %d of %d: %-24s %5.1f Gbit/s"
                  .formatted(streams, round, rounds, contender.title(), figure));
        }
      }
    }
    Map<Contender, Spread> spreads = new EnumMap<>(Contender.class);
    figures.forEach((c, values) -> spreads.put(c, Spread.of(values.stream().mapToDouble(v -> v))));
    return spreads;
  }

  private double measure(Contender contender, int streams) throws IOException {
    try (Contender.Running _ = contender.start(lab)) {
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        sockets.add(connect());
      }
      sockets.forEach(socket -> Thread.ofPlatform().daemon().start(() -> pump(socket)));
      pause(WARM_UP_NANOS);
      long before = received.get();
      long start = System.nanoTime();
      pause(measured);
      double gigabits = (received.get() - before) * 8.0 / (System.nanoTime() - start);
      for (Socket socket : sockets) {
        socket.close();
      }
      return gigabits;
    }
  }

  private Socket connect() throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      Socket socket = inNamespace(lab.generator(), () -> SocketChannel.open().socket());
      try {
        socket.connect(new InetSocketAddress(WireLab.VIP, WireLab.PORT), CONNECT_MILLIS);
        return socket;
      } catch (IOException e) {
        socket.close();
        if (System.nanoTime() > deadline) {
          throw e;
        }
        pause(RETRY_NANOS); // it may have to start yet
      }
    }
  }

  private static void pump(Socket socket) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      while (true) {
        socket.getOutputStream().write(chunk);
      }
    } catch (IOException e) {
      // Closed: this round is over.
    }
  }

  private interface Maker<T> {
    T make() throws IOException;
  }

  /** What it makes belongs to the namespace and may be used anywhere. */
  private static <T> T inNamespace(Host host, Maker<T> maker) throws IOException {
    List<T> made = new ArrayList<>();
    List<IOException> failed = new ArrayList<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  NetworkNamespace.enter(host.namespace());
                  try {
                    made.add(maker.make());
                  } catch (IOException e) {
                    failed.add(e);
                  }
                });
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (made.isEmpty()) {
      throw failed.isEmpty() ? new IOException("nothing made in " + host) : failed.getFirst();
    }
    return made.getFirst();
  }

  private static void pause(long nanos) {
    for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  /** Takes in whatever comes, on all of the servers' addresses. */
  private final class Servers implements AutoCloseable {
    private final ServerSocket listening;

    Servers() throws IOException {
      listening =
          inNamespace(
              lab.sink(),
              () -> new ServerSocket(WireLab.PORT, 128, InetAddress.getByName("0.0.0.0")));
      Thread.ofPlatform().daemon().start(this::accept);
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = listening.accept();
          Thread.ofPlatform().daemon().start(() -> drain(socket));
        }
      } catch (IOException e) {
        // Closed: all rounds are over.
      }
    }

    private void drain(Socket socket) {
      byte[] chunk = new byte[CHUNK_BYTES];
      try (socket) {
        for (int count = 0; count >= 0; count = socket.getInputStream().read(chunk)) {
          received.addAndGet(count);
        }
      } catch (IOException e) {
        // The other end went without a word.
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }
}
