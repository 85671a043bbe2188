package jvs.director.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Who calls: processes, their network namespaces and what they may do there, from /proc. One
 * thread.
 */
final class Callers {
  private static final int CAP_NET_ADMIN = 12;
  private static final int NS_GET_USERNS = 0xb701;
  private static final int NS_GET_PARENT = 0xb702;
  private static final int MOST_VERDICTS = 1024;

  /** A network namespace and a user namespace. */
  private record Pair(String network, String user) {}

  private final Kernel kernel;
  private final Map<Pair, Boolean> verdicts = new HashMap<>();

  Callers(Kernel kernel) {
    this.kernel = kernel;
  }

  /** The network namespace of a thread, empty if it has gone. */
  static String networkNamespace(int tid) {
    return link(tid, "net");
  }

  private static String link(int tid, String kind) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + tid + "/ns/" + kind)).toString();
    } catch (IOException gone) {
      return "";
    }
  }

  /** The process that a thread belongs to, 0 if it has gone. */
  static int process(int tid) {
    return (int) status(tid, "Tgid:", 10);
  }

  /** Whether a thread has CAP_NET_ADMIN where its network namespace belongs (ns_capable). */
  boolean isAdmin(int tid) {
    if ((status(tid, "CapEff:", 16) >> CAP_NET_ADMIN & 1) == 0) {
      return false;
    }
    if (verdicts.size() > MOST_VERDICTS) {
      verdicts.clear();
    }
    Pair pair = new Pair(link(tid, "net"), link(tid, "user"));
    return verdicts.computeIfAbsent(pair, unknown -> owns(unknown.user(), tid));
  }

  /** Whether a user namespace owns the thread's network namespace or one that does. */
  private boolean owns(String user, int tid) {
    int network = kernel.open("/proc/" + tid + "/ns/net", Kernel.O_CLOEXEC);
    if (network < 0) {
      return false;
    }
    int owner = kernel.ioctl(network, NS_GET_USERNS, 0);
    kernel.close(network);
    // Negative at last: an owner that is no descendant of our own namespace.
    while (owner >= 0) {
      boolean isOwner = link("/proc/self/fd/" + owner).equals(user);
      int parent = isOwner ? -1 : kernel.ioctl(owner, NS_GET_PARENT, 0);
      kernel.close(owner);
      if (isOwner) {
        return true;
      }
      owner = parent;
    }
    return false;
  }

  private static String link(String path) {
    try {
      return Files.readSymbolicLink(Path.of(path)).toString();
    } catch (IOException gone) {
      return "?";
    }
  }

  private static long status(int tid, String field, int radix) {
    try {
      for (String line :
          Files.readAllLines(Path.of("/proc/" + tid + "/status"), StandardCharsets.ISO_8859_1)) {
        if (line.startsWith(field)) {
          return Long.parseUnsignedLong(line.substring(field.length()).strip(), radix);
        }
      }
    } catch (IOException gone) {
      // As if it might nothing.
    }
    return 0;
  }
}
