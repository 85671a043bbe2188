package jvs.director.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import jvs.director.control.ControlPath;
import jvs.director.control.KernelClient;
import jvs.director.dropin.KernelAnswer;
import jvs.director.dropin.KernelCall;
import org.jspecify.annotations.Nullable;

/** The directors of all network namespaces that callers live in. One thread. */
final class Directors {
  private static final int MOST = 16;

  private final @Nullable Path only;
  private final Map<Path, KernelClient> clients =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, KernelClient> eldest) {
          if (size() <= MOST) {
            return false;
          }
          close(eldest.getValue());
          return true;
        }
      };

  /** All of them, or the one behind {@code only} for everybody. */
  Directors(@Nullable Path only) {
    this.only = only;
  }

  /**
   * Asks the director of a namespace.
   *
   * @param namespace as {@code /proc/PID/ns/net} names it
   * @throws IOException if there is none
   */
  KernelAnswer call(String namespace, KernelCall call) throws IOException {
    Path socket = only != null ? only : ControlPath.of(namespace);
    return clients.computeIfAbsent(socket, KernelClient::new).call(call);
  }

  /** Whether a namespace has a director. */
  boolean isThere(String namespace) {
    try {
      call(namespace, KernelCall.file(KernelCall.Kind.LOOK, false, ""));
      return true;
    } catch (IOException none) {
      return false;
    }
  }

  private static void close(KernelClient client) {
    try {
      client.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
