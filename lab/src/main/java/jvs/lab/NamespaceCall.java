package jvs.lab;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import jvs.linux.NetworkNamespace;

/**
 * Runs a piece of the scenario inside a host's namespace.
 *
 * <p>setns(2) moves one thread. A socket belongs to the namespace of the thread that made it and
 * may be used by any thread afterwards, so clients need no process of their own.
 */
final class NamespaceCall {
  private NamespaceCall() {}

  /** Calls {@code task} on a thread of its own that is in the host's namespace. */
  static <T> T in(Host host, Callable<T> task) {
    FutureTask<T> future =
        new FutureTask<>(
            () -> {
              NetworkNamespace.enter(host.namespace());
              return task.call();
            });
    Thread.ofPlatform().name(host.role()).start(future);
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new LabException("on " + host.role() + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("on " + host.role() + ": interrupted", e);
    }
  }
}
