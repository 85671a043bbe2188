package jvs.director.exec;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Descriptors of the processes that call (pidfd_open(2), pidfd_getfd(2)). One thread. */
final class Processes {
  private static final int MOST = 64;
  private static final int ESRCH = 3;

  private final Kernel kernel;
  private final Map<Integer, Integer> pidfds = new LinkedHashMap<>(16, 0.75f, true);

  Processes(Kernel kernel) {
    this.kernel = kernel;
  }

  /** A duplicate of a caller's descriptor, negative if there is none. */
  int duplicate(int tid, int fd) {
    Integer known = pidfds.get(tid);
    if (known != null) {
      int duplicate = kernel.pidfdGetfd(known, fd);
      if (duplicate != -ESRCH) {
        return duplicate;
      }
      // It has gone, and its number is another's now.
      kernel.close(known);
      pidfds.remove(tid);
    }
    int pidfd = kernel.pidfdOpen(Callers.process(tid));
    if (pidfd < 0) {
      return pidfd;
    }
    pidfds.put(tid, pidfd);
    if (pidfds.size() > MOST) {
      Iterator<Integer> eldest = pidfds.values().iterator();
      kernel.close(eldest.next());
      eldest.remove();
    }
    return kernel.pidfdGetfd(pidfd, fd);
  }
}
