package jvs.director.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * SIGHUP. The JDK has no public interface for signals, and jdk.unsupported's can be compiled
 * against only with a warning; so it is found at run time.
 */
final class Hangup {
  private Hangup() {}

  /** Runs {@code action} on each SIGHUP, on a thread of its own, instead of ending. */
  static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler run =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              action.run();
            }
            return null;
          };
      signal
          .getMethod("handle", signal, handler)
          .invoke(
              null,
              signal.getConstructor(String.class).newInstance("HUP"),
              Proxy.newProxyInstance(Hangup.class.getClassLoader(), new Class<?>[] {handler}, run));
    } catch (ReflectiveOperationException e) {
      throw new DaemonException("this Java cannot catch SIGHUP", e);
    }
  }
}
