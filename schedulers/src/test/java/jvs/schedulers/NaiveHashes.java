package jvs.schedulers;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import jvs.schedulers.NaiveService.Flow;
import jvs.schedulers.NaiveService.Rule;
import jvs.schedulers.NaiveService.Server;
import org.jspecify.annotations.Nullable;

/** Sections 5.10 to 5.12 and 5.15 of the reference, by arithmetic on long numbers and lists. */
final class NaiveHashes {
  private static final int[] PRIMES = {
    251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071
  };

  private NaiveHashes() {}

  /** 5.10: the top bits of a 32-bit product. */
  static int hash32(long value, int bits) {
    long product = (value & 0xffffffffL) * 0x61C88647L % (1L << 32);
    return (int) (product / (1L << (32 - bits)));
  }

  static long folded(int[] address) {
    return Arrays.stream(address).reduce(0, (a, b) -> a ^ b) & 0xffffffffL;
  }

  /** 5.12. */
  static final class Dh implements Rule {
    private final List<Server> table = new ArrayList<>();

    @Override
    public void changed(List<Server> list, boolean isEdit) {
      if (!isEdit) {
        table.clear();
        while (!list.isEmpty() && table.size() < 256) {
          table.addAll(list);
        }
      }
    }

    @Override
    public @Nullable Server choose(List<Server> list, Flow flow, long nowMillis) {
      if (table.isEmpty()) {
        return null;
      }
      Server server = table.get(hash32(folded(flow.virtual), 8));
      return server.isAvailable && server.isUsable() ? server : null;
    }
  }

  /** 5.11. */
  static final class Sh implements Rule {
    private final int bits;
    private final boolean hasFallback;
    private final boolean hasPort;
    private final List<Server> table = new ArrayList<>();

    Sh(int bits, boolean hasFallback, boolean hasPort) {
      this.bits = bits;
      this.hasFallback = hasFallback;
      this.hasPort = hasPort;
    }

    @Override
    public void changed(List<Server> list, boolean isEdit) {
      int size = 1 << bits;
      table.clear();
      while (!list.isEmpty() && table.size() < size) {
        for (Server server : list) {
          // more than the whole table makes no difference
          int run = Math.min(Math.max(1, server.weight), size);
          table.addAll(Collections.nCopies(run, server));
        }
      }
    }

    @Override
    public @Nullable Server choose(List<Server> list, Flow flow, long nowMillis) {
      if (table.isEmpty()) {
        return null;
      }
      int size = 1 << bits;
      int ihash = hash32(folded(flow.client) + (hasPort ? flow.clientPort : 0), bits);
      Server server = table.get(ihash);
      for (int offset = 0; hasFallback && !server.isUsable() && offset < size; offset++) {
        int r = (offset + ihash) % size;
        server = table.get((r + ihash) % size);
      }
      return server.isUsable() ? server : null;
    }
  }

  /** 5.15. */
  static final class Mh implements Rule {
    private static final long KEY_1 = 2654435761L;
    private static final long KEY_2 = 2654446892L;
    private final int m;
    private final int b;
    private final boolean hasFallback;
    private final boolean hasPort;
    private @Nullable Server[] table;

    Mh(int index, boolean hasFallback, boolean hasPort) {
      this.m = PRIMES[index - 8];
      this.b = index / 2;
      this.hasFallback = hasFallback;
      this.hasPort = hasPort;
      this.table = new Server[m];
    }

    @Override
    public void changed(List<Server> list, boolean isEdit) {
      table = new Server[m];
      List<Server> players = new ArrayList<>();
      for (Server server : list) {
        if (server.lastWeight > 0) {
          players.add(server);
        }
      }
      if (players.isEmpty()) {
        return;
      }
      BigInteger gcd = BigInteger.ZERO;
      for (Server server : players) {
        gcd = gcd.gcd(BigInteger.valueOf(server.lastWeight));
      }
      int g = gcd.intValueExact();
      int mwq = Collections.max(players.stream().map(s -> s.lastWeight / g).toList());
      int shift = Math.max(0, Integer.toBinaryString(mwq).length() - b);
      int[] picksSoFar = new int[players.size()];
      long[] off = players.stream().mapToLong(s -> hash(KEY_1, valueOf(s)) % m).toArray();
      long[] skip =
          players.stream().mapToLong(s -> hash(KEY_2, valueOf(s)) % (m - 1) + 1).toArray();
      int taken = 0;
      while (taken < m) {
        for (int i = 0; i < players.size(); i++) {
          Server server = players.get(i);
          int turns = Math.max(1, (server.lastWeight / g) >> shift);
          while (turns > 0 && taken < m) {
            int slot = (int) ((off[i] + skip[i] * picksSoFar[i]++) % m);
            if (table[slot] == null) {
              table[slot] = server;
              taken++;
              turns--;
            }
          }
        }
      }
    }

    @Override
    public @Nullable Server choose(List<Server> list, Flow flow, long nowMillis) {
      long value = folded(flow.client) + (hasPort ? flow.clientPort : 0);
      int ihash = (int) (hash(KEY_1, value) % m);
      Server server = table[ihash];
      if (server != null && !server.isUsable()) {
        server = null;
        for (int i = 0; hasFallback && i < m; i++) {
          Server other = table[(int) (hash(KEY_1, value + (i + ihash) % m) % m)];
          if (other != null && other.isUsable()) {
            server = other;
            break;
          }
        }
      }
      return server;
    }

    private static long valueOf(Server server) {
      return folded(server.address) + server.port;
    }

    static long hash(long key, long value) {
      byte[] octets =
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array();
      return sipHash(1, 3, key, key, octets) & 0xffffffffL;
    }

    /** SipHash-c-d as in the paper of Aumasson and Bernstein, for any message. */
    static long sipHash(int c, int d, long k0, long k1, byte[] message) {
      long[] v = {
        k0 ^ 0x736f6d6570736575L,
        k1 ^ 0x646f72616e646f6dL,
        k0 ^ 0x6c7967656e657261L,
        k1 ^ 0x7465646279746573L
      };
      byte[] padded = Arrays.copyOf(message, message.length / 8 * 8 + 8);
      padded[padded.length - 1] = (byte) message.length;
      ByteBuffer words = ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
      while (words.hasRemaining()) {
        long word = words.getLong();
        v[3] ^= word;
        rounds(v, c);
        v[0] ^= word;
      }
      v[2] ^= 0xff;
      rounds(v, d);
      return v[0] ^ v[1] ^ v[2] ^ v[3];
    }

    private static void rounds(long[] v, int times) {
      for (int i = 0; i < times; i++) {
        half(v, 0, 1, 2, 3, 13, 16);
        half(v, 2, 1, 0, 3, 17, 21);
      }
    }

    private static void half(long[] v, int a, int b, int c, int d, int left, int right) {
      v[a] += v[b];
      v[c] += v[d];
      v[b] = Long.rotateLeft(v[b], left) ^ v[a];
      v[d] = Long.rotateLeft(v[d], right) ^ v[c];
      v[a] = Long.rotateLeft(v[a], 32);
    }
  }
}
