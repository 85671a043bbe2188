package jvs.director.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Signals to the director. The JDK has no public interface for them, and jdk.unsupported's can be
 * compiled against only with a warning; so it is found at run time.
 */
final class Signals {
  private Signals() {}

  /**
   * Runs {@code action} on each such signal, on a thread of its own, instead of ending.
   *
   * @param name the signal's, as in {@code HUP}
   */
  static void on(String name, Runnable action) {
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
              signal.getConstructor(String.class).newInstance(name),
              Proxy.newProxyInstance(
                  Signals.class.getClassLoader(), new Class<?>[] {handler}, run));
    } catch (ReflectiveOperationException e) {
      throw new DaemonException("this Java cannot catch SIG" + name, e);
    }
  }
}
