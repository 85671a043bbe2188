package jvs.lab;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs a piece of the scenario inside a host's namespace.
 *
 * <p>setns(2) moves one thread. A socket belongs to the namespace of the thread that made it and
 * may be used by any thread afterwards, so clients need no process of their own.
 */
@SuppressWarnings(
    "restricted") // downcallHandle: the two functions are described as in their man pages
final class NamespaceCall {
  private static final int O_RDONLY = 0;
  private static final int CLONE_NEWNET = 0x40000000;

  private static final MethodHandle OPEN =
      handle(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SETNS =
      handle(
          "setns",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private NamespaceCall() {}

  /** Calls {@code task} on a thread of its own that is in the host's namespace. */
  static <T> T in(Host host, Callable<T> task) {
    FutureTask<T> future =
        new FutureTask<>(
            () -> {
              enter("/run/netns/" + host.namespace());
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

  private static void enter(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      int descriptor = (int) OPEN.invokeExact(name, O_RDONLY);
      if (descriptor < 0) {
        throw new LabException("cannot open " + path);
      }
      int moved = (int) SETNS.invokeExact(descriptor, CLONE_NEWNET);
      int closed = (int) CLOSE.invokeExact(descriptor);
      if (moved != 0 || closed != 0) {
        throw new LabException("cannot enter " + path);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("native calls declare Throwable but throw none", e);
    }
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
  }
}
