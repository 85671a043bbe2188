package jvs.bench.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import jvs.linux.NetworkNamespace;
import org.HdrHistogram.Histogram;

/**
 * What clients do: threads that live in the client's network namespace, and for as long as this, as
 * the time of threads that have ended is nowhere to be read.
 */
final class WebLoad implements AutoCloseable {
  private static final byte[] CLOSING =
      "GET / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] KEEPING =
      "GET / HTTP/1.1\r\nHost: lab\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int CLIENTS = 4;
  private static final int ROOM_BYTES = 1 << 18;
  private static final int CONNECTIONS_A_THREAD = 8;
  private static final long HIGHEST_NANOS = 10_000_000_000L;

  private final ExecutorService threads;
  private final InetSocketAddress service;

  /** Clients of {@code address}. */
  WebLoad(String namespace, String address) {
    service = new InetSocketAddress(address, 80);
    threads =
        Executors.newFixedThreadPool(
            CLIENTS,
            task ->
                Thread.ofPlatform()
                    .unstarted(
                        () -> {
                          NetworkNamespace.enter(namespace);
                          task.run();
                        }));
  }

  /** Runs clients, each on a thread of its own; what each returns. */
  private <T> List<T> each(Callable<T> client) throws IOException {
    List<Future<T>> running = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      running.add(threads.submit(client));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : running) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        throw new IOException("a client: " + e.getCause(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    return results;
  }

  private static long sum(List<Long> results) {
    return results.stream().mapToLong(Long::longValue).sum();
  }

  /** Requests, each over a connection of its own. */
  long connections(long nanos) throws IOException {
    return sum(each(() -> connect(System.nanoTime() + nanos)));
  }

  private long connect(long end) throws IOException {
    ByteBuffer room = ByteBuffer.allocateDirect(ROOM_BYTES);
    long answered = 0;
    while (System.nanoTime() < end) {
      try (SocketChannel channel = open()) {
        channel.write(ByteBuffer.wrap(CLOSING));
        while (channel.read(room.clear()) >= 0) {
          // until the server has closed
        }
        answered++;
      }
    }
    return answered;
  }

  /** Requests over connections that are kept; closed loop. */
  long requests(long nanos) throws IOException {
    return sum(each(() -> ask(System.nanoTime() + nanos)));
  }

  private long ask(long end) throws IOException {
    ByteBuffer room = ByteBuffer.allocateDirect(ROOM_BYTES);
    List<SocketChannel> channels = new ArrayList<>();
    long answered = 0;
    try {
      for (int i = 0; i < CONNECTIONS_A_THREAD; i++) {
        channels.add(open());
      }
      while (System.nanoTime() < end) {
        for (SocketChannel channel : channels) {
          exchange(channel, room);
          answered++;
        }
      }
    } finally {
      for (SocketChannel channel : channels) {
        channel.close();
      }
    }
    return answered;
  }

  /**
   * How long requests take that are due at fixed times, whether or not the last one is answered.
   */
  Histogram latency(int perSecond, long nanos) throws IOException {
    Histogram all = new Histogram(HIGHEST_NANOS, 3);
    long interval = 1_000_000_000L * CLIENTS / perSecond;
    each(() -> askInTime(interval, System.nanoTime() + nanos)).forEach(all::add);
    return all;
  }

  /** Times count from when a request was due, so that one that waits counts with all behind it. */
  private Histogram askInTime(long interval, long end) throws IOException {
    ByteBuffer room = ByteBuffer.allocateDirect(ROOM_BYTES);
    Histogram histogram = new Histogram(HIGHEST_NANOS, 3);
    try (SocketChannel channel = open()) {
      for (long due = System.nanoTime(); due < end; due += interval) {
        for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
          LockSupport.parkNanos(due - now);
        }
        exchange(channel, room);
        histogram.recordValue(Math.min(HIGHEST_NANOS, System.nanoTime() - due));
      }
    }
    return histogram;
  }

  private SocketChannel open() throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.connect(service);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** A request and its answer, which ends with the body "ok". */
  private static void exchange(SocketChannel channel, ByteBuffer room) throws IOException {
    channel.write(ByteBuffer.wrap(KEEPING));
    room.clear();
    do {
      if (channel.read(room) < 0) {
        throw new EOFException("instead of an answer");
      }
    } while (room.position() < 2
        || room.get(room.position() - 2) != 'o'
        || room.get(room.position() - 1) != 'k');
  }

  @Override
  public void close() {
    threads.close();
  }
}
