package jvs.director.exec;

import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import jvs.linux.Errno;
import jvs.linux.NativeFunction;
import jvs.wire.Memory;

/**
 * The command as a process: it gets the signals that are sent to us, and tells how it ended.
 *
 * <p>Its orphans become our children, so that we may look into them as long as they live.
 */
final class Child {
  private static final String[] FORWARDED = {"TERM", "INT", "HUP", "USR1", "USR2", "CONT"};
  private static final int EINTR = 4;

  private final int pid;
  private final NativeFunction kill = NativeFunction.of("kill");
  private final NativeFunction waitpid = NativeFunction.of("waitpid");
  private volatile int status;
  private volatile boolean hasEnded;

  Child(int pid) {
    this.pid = pid;
  }

  /** Begins to wait for it and to pass signals on. */
  void follow() {
    for (String name : FORWARDED) {
      forward(name);
    }
    // The terminal sends it to the child itself, and the JVM would print its threads.
    NativeFunction.of("signal").call(new Errno(), 3, 1, 0);
    Thread.ofPlatform().daemon().name("jvs-exec-wait").start(this::reap);
  }

  /** By reflection, because the compiler warns of the class whatever it is told. */
  private void forward(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object passOn =
          Proxy.newProxyInstance(
              Child.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                pass((int) signal.getMethod("getNumber").invoke(arguments[0]));
                return null;
              });
      Object number = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, number, passOn);
    } catch (InvocationTargetException taken) {
      // The JVM keeps this one for itself.
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("jdk.unsupported is missing", e);
    }
  }

  /** To the command, or when that has ended, to what it has left in the background. */
  private void pass(int signal) {
    Errno errno = new Errno();
    boolean isInterrupt = signal == 2;
    if (isInterrupt && isForeground(errno)) {
      return;
    }
    if (hasEnded) {
      ProcessHandle.current()
          .children()
          .forEach(orphan -> kill.call(errno, orphan.pid(), signal, 0));
    } else {
      kill.call(errno, pid, signal, 0);
    }
  }

  /** Whether the terminal sends its signals to us and so to the child, too. */
  private static boolean isForeground(Errno errno) {
    int group = NativeFunction.of("getpgrp").call(errno, 0, 0, 0);
    return NativeFunction.of("tcgetpgrp").call(errno, 0, 0, 0) == group;
  }

  private void reap() {
    Errno errno = new Errno();
    long word = Arena.global().allocate(8, 8).address();
    while (true) {
      int ended = waitpid.call(errno, -1, word, 0);
      if (ended == pid) {
        int value = Memory.getInt(word);
        int signal = value & 0x7f;
        synchronized (this) {
          status = signal == 0 ? value >> 8 & 0xff : 128 + signal;
          hasEnded = true;
          notifyAll();
        }
      } else if (ended < 0 && ended != -EINTR) {
        return;
      }
    }
  }

  /** Waits for its end; returns its exit status, or 128 and the signal that ended it. */
  synchronized int await() {
    while (!hasEnded) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return 1;
      }
    }
    return status;
  }
}
