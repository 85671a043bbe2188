package jvs.service;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The servers of a service in the kernel's order: newest first. Immutable, any thread.
 *
 * <p>An edit makes a new list; a server keeps its place when it is edited.
 */
public final class ServerList {
  /** No servers. */
  public static final ServerList EMPTY = new ServerList(new RealServer[0]);

  private final RealServer[] servers;

  private ServerList(RealServer[] servers) {
    this.servers = servers;
  }

  /** Servers given newest first. */
  public static ServerList of(RealServer... newestFirst) {
    return new ServerList(newestFirst.clone());
  }

  /** Number of servers. */
  public int size() {
    return servers.length;
  }

  /** Server at {@code index}; 0 is the newest. */
  public RealServer get(int index) {
    return servers[index];
  }

  /** Index of {@code server}, -1 if it is not here. */
  public int indexOf(RealServer server) {
    for (int i = 0; i < servers.length; i++) {
      if (servers[i] == server) {
        return i;
      }
    }
    return -1;
  }

  /** The server with this identity, or null. */
  public @Nullable RealServer find(ServerKey key) {
    for (RealServer server : servers) {
      if (server.key().equals(key)) {
        return server;
      }
    }
    return null;
  }

  /** This list with {@code server} at its head. */
  public ServerList with(RealServer server) {
    RealServer[] now = new RealServer[servers.length + 1];
    now[0] = server;
    System.arraycopy(servers, 0, now, 1, servers.length);
    return new ServerList(now);
  }

  /** This list without the server at {@code index}. */
  public ServerList without(int index) {
    RealServer[] now = new RealServer[servers.length - 1];
    System.arraycopy(servers, 0, now, 0, index);
    System.arraycopy(servers, index + 1, now, index, now.length - index);
    return new ServerList(now);
  }

  /** The servers, newest first; for the control plane. */
  public List<RealServer> toList() {
    return Arrays.asList(servers.clone());
  }
}
