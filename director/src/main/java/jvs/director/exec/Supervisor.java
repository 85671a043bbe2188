package jvs.director.exec;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import jvs.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Answers the calls that the filter picks, until nobody is left who could make one. One thread.
 *
 * <p>Has no table of its own: the director may go and come, and this goes on.
 */
final class Supervisor {
  private static final int POLLIN = 1;
  private static final int POLLFD = 8;
  private static final int MOST_WAITED_FOR = 256;
  private static final int LOOK_MILLIS = 200;
  private static final int EIO = 5;

  private final Kernel kernel;
  private final Machine machine;
  private final Listener listener;
  private final OptionCalls options;
  private final NetlinkCalls netlink;
  private final ReceiveCalls receives;
  private final FileCalls files;
  private final long pollfds =
      Arena.global().allocate((long) POLLFD * MOST_WAITED_FOR, 8).address();

  /**
   * Serves a listener.
   *
   * @param director the control socket of the only director, or null for that of each namespace
   */
  Supervisor(Kernel kernel, Machine machine, int listenerFd, int firstFd, @Nullable Path director) {
    this.kernel = kernel;
    this.machine = machine;
    listener = new Listener(kernel, listenerFd);
    Directors directors = new Directors(director);
    Callers callers = new Callers(kernel);
    CallerMemory memory = new CallerMemory();
    options = new OptionCalls(listener, memory, callers, directors);
    NetlinkFamilies families = new NetlinkFamilies(kernel, directors);
    netlink = new NetlinkCalls(kernel, listener, memory, callers, families, firstFd);
    receives = new ReceiveCalls(kernel, listener, memory, netlink);
    files = new FileCalls(kernel, machine, listener, memory, callers, directors);
  }

  /** Returns when the last process under the filter has ended. */
  void run() {
    while (true) {
      int[] parked = receives.waitedFor();
      int[] pipes = files.pipes().waitedFor();
      int count = 0;
      watch(count++, listener.fd());
      for (int i = 0; i < parked.length && count < MOST_WAITED_FOR; i++) {
        watch(count++, parked[i]);
      }
      for (int i = 0; i < pipes.length && count < MOST_WAITED_FOR; i++) {
        watch(count++, pipes[i]);
      }
      // A parked call may be over because its thread was killed, which no descriptor tells.
      kernel.poll(pollfds, count, parked.length == 0 ? -1 : LOOK_MILLIS);
      files.pipes().drain();
      receives.resume();
      int events = Memory.nativeU16(pollfds + 6);
      if ((events & POLLIN) != 0) {
        serve();
      } else if (events != 0) {
        return;
      }
    }
  }

  private void watch(int index, int fd) {
    long pollfd = pollfds + (long) POLLFD * index;
    Memory.putInt(pollfd, fd);
    Memory.putNative16(pollfd + 4, POLLIN);
    Memory.putNative16(pollfd + 6, 0);
  }

  private void serve() {
    Notification call = listener.receive();
    if (call == null) {
      return;
    }
    try {
      dispatch(call);
    } catch (RuntimeException bug) {
      // Its caller must not wait for ever, and others must be served on.
      System.err.println("jvs exec: system call " + call.number() + " failed: " + bug);
      listener.refuse(call.id(), EIO);
    }
  }

  private void dispatch(Notification call) {
    int number = call.number();
    if (number == machine.socket()) {
      netlink.open(call);
    } else if (number == machine.sendto()) {
      netlink.sendTo(call);
    } else if (number == machine.sendmsg()) {
      netlink.sendMessage(call);
    } else if (number == machine.recvfrom()) {
      receives.receiveFrom(call);
    } else if (number == machine.recvmsg()) {
      receives.receiveMessage(call);
    } else if (number == machine.setsockopt()) {
      options.set(call);
    } else if (number == machine.getsockopt()) {
      options.get(call);
    } else {
      files.lookUp(call);
    }
  }
}
