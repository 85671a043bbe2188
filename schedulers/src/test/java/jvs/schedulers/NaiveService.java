package jvs.schedulers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A virtual service as the reference describes it, made of lists and plain numbers.
 *
 * <p>Shares nothing with the production classes. Deleted servers stay in the trash for ever, which
 * cannot be told from a trash that is emptied of servers without connections.
 */
final class NaiveService {
  /** A real server. */
  static final class Server {
    final String name;
    final int[] address;
    final int port;
    int weight;
    int lastWeight;
    long upper;
    long lower;
    int active;
    int inactive;
    boolean isOverloaded;
    boolean isAvailable;

    Server(String name, int[] address, int port) {
      this.name = name;
      this.address = address;
      this.port = port;
    }

    boolean isUsable() {
      return !isOverloaded && weight > 0;
    }

    int overhead() {
      return active * 256 + inactive;
    }

    void bind(boolean becomesActive) {
      inactive++;
      if (upper != 0 && active + inactive >= upper) {
        isOverloaded = true;
      }
      if (becomesActive) {
        inactive--;
        active++;
      }
    }

    void unbind(boolean wasActive) {
      if (wasActive) {
        active--;
      } else {
        inactive--;
      }
      int total = active + inactive;
      boolean clears = lower != 0 ? total < lower : upper == 0 || total * 4L < upper * 3;
      if (clears) {
        isOverloaded = false;
      }
    }

    @Override
    public String toString() {
      return name + " w" + weight + " " + active + "/" + inactive + (isOverloaded ? " full" : "");
    }
  }

  /** The addresses and ports of a connection; addresses of one or four 32-bit words. */
  static final class Flow {
    final int[] client;
    final int clientPort;
    final int[] virtual;

    Flow(int[] client, int clientPort, int[] virtual) {
      this.client = client;
      this.clientPort = clientPort;
      this.virtual = virtual;
    }
  }

  /** One of the reference's scheduling rules. */
  interface Rule {
    @Nullable Server choose(List<Server> list, Flow flow, long nowMillis);

    /** Add or edit; {@code list} as it is now. */
    default void changed(List<Server> list, boolean isEdit) {}

    /** Delete; {@code before} as the list was. */
    default void deleted(List<Server> before, Server server) {
      List<Server> now = new ArrayList<>(before);
      now.remove(server);
      changed(now, false);
    }

    default void tick(long nowMillis) {}
  }

  final List<Server> list = new ArrayList<>();
  private final Map<String, Server> trash = new HashMap<>();
  private Rule rule;

  NaiveService(Rule rule) {
    this.rule = rule;
    rule.changed(list, false);
  }

  /** Another scheduler takes over. */
  void use(Rule rule) {
    this.rule = rule;
    rule.changed(list, false);
  }

  static final Comparator<Server> BY_WEIGHT = Comparator.comparingInt(server -> server.weight);

  Server add(String name, int[] address, int port, int weight, long upper, long lower) {
    Server server = trash.containsKey(name) ? trash.remove(name) : new Server(name, address, port);
    server.lastWeight = 0;
    update(server, weight, upper, lower);
    server.isAvailable = true;
    list.add(0, server);
    rule.changed(list, false);
    return server;
  }

  void edit(Server server, int weight, long upper, long lower) {
    update(server, weight, upper, lower);
    rule.changed(list, true);
  }

  private static void update(Server server, int weight, long upper, long lower) {
    if (upper == 0 || upper > server.upper) {
      server.isOverloaded = false;
    }
    server.upper = upper;
    server.lower = lower;
    server.weight = weight;
    server.lastWeight = weight > 0 ? weight : server.lastWeight;
  }

  void delete(Server server) {
    List<Server> before = new ArrayList<>(list);
    list.remove(server);
    server.isAvailable = false;
    trash.put(server.name, server);
    rule.deleted(before, server);
  }

  @Nullable Server choose(Flow flow, long nowMillis) {
    return rule.choose(list, flow, nowMillis);
  }

  void tick(long nowMillis) {
    rule.tick(nowMillis);
  }
}
