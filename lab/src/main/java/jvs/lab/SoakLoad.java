package jvs.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that are never content: some keep their connections and ask over them again and again,
 * some open new ones all the time, one sends datagrams and counts them.
 */
final class SoakLoad implements AutoCloseable {
  private static final int CHURNERS = 4;
  private static final int SOCKETS_AT_ONCE = 32;
  private static final int CONNECT_MILLIS = 1_000;
  private static final long ROUND_NANOS = 5_000_000;
  private static final int DATAGRAMS_A_ROUND = 4;

  private final Lab lab;
  private final List<HttpConnection> kept;
  private final List<String> servers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong datagrams = new AtomicLong();
  private final AtomicLong opened = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong moved = new AtomicLong();
  private volatile boolean isRunning = true;

  /** Opens the connections that stay. */
  SoakLoad(Lab lab, int connections) throws IOException {
    this.lab = lab;
    kept = HttpConnection.open(lab.client(), lab.vip(), Lab.HTTP_PORT, connections);
    for (HttpConnection connection : kept) {
      servers.add(connection.get("/"));
    }
  }

  /** Begins. */
  void start() {
    for (int i = 0; i < CHURNERS; i++) {
      threads.add(Thread.ofPlatform().name("churn-" + i).start(this::churn));
    }
    threads.add(Thread.ofPlatform().name("keep").start(this::askAll));
    threads.add(Thread.ofPlatform().name("datagrams").start(this::sendDatagrams));
  }

  /** Stops all but the connections that stay. */
  void stop() throws InterruptedException {
    isRunning = false;
    for (Thread thread : threads) {
      thread.join();
    }
    threads.clear();
  }

  /** Datagrams sent so far. */
  long datagrams() {
    return datagrams.get();
  }

  /** Short connections so far that were answered. */
  long opened() {
    return opened.get();
  }

  /** Short connections so far that were not. */
  long failed() {
    return failed.get();
  }

  /** Answers so far over connections that stay. */
  long asked() {
    return asked.get();
  }

  /** Connections that were ended, or answered by another server than before. */
  long moved() {
    return moved.get();
  }

  private void churn() {
    while (isRunning) {
      for (HttpConnection connection : HttpConnection.make(lab.client(), SOCKETS_AT_ONCE)) {
        askAndClose(connection);
      }
    }
  }

  private void askAndClose(HttpConnection connection) {
    try (connection) {
      connection.connect(lab.vip(), Lab.HTTP_PORT, CONNECT_MILLIS);
      connection.resetAtEnd();
      connection.get("/");
      opened.incrementAndGet();
    } catch (IOException e) {
      failed.incrementAndGet(); // its server may have been taken away
    }
  }

  private void askAll() {
    while (isRunning) {
      for (int i = 0; i < kept.size() && isRunning; i++) {
        askOnce(i);
      }
    }
  }

  /** Asks over all connections that stay, once. */
  void askEach() {
    for (int i = 0; i < kept.size(); i++) {
      askOnce(i);
    }
  }

  private void askOnce(int i) {
    try {
      if (kept.get(i).get("/").equals(servers.get(i))) {
        asked.incrementAndGet();
      } else {
        moved.incrementAndGet();
      }
    } catch (IOException e) {
      moved.incrementAndGet();
    }
  }

  private void sendDatagrams() {
    ByteBuffer text = ByteBuffer.wrap(new byte[64]);
    ByteBuffer answer = ByteBuffer.allocate(64);
    try (DatagramChannel channel = NamespaceCall.in(lab.client(), DatagramChannel::open)) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
      channel.connect(new InetSocketAddress(lab.vip(), Lab.UDP_PORT));
      channel.configureBlocking(false);
      long next = System.nanoTime();
      while (isRunning) {
        for (int i = 0; i < DATAGRAMS_A_ROUND; i++) {
          datagrams.addAndGet(channel.write(text.clear()) > 0 ? 1 : 0);
        }
        while (channel.read(answer.clear()) > 0) {
          answer.flip();
        }
        next += ROUND_NANOS;
        LockSupport.parkNanos(next - System.nanoTime());
      }
    } catch (IOException e) {
      throw new LabException("datagrams: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    isRunning = false;
    for (HttpConnection connection : kept) {
      connection.close();
    }
  }
}
