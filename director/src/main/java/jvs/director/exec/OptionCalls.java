package jvs.director.exec;

import java.io.IOException;
import jvs.director.dropin.KernelAnswer;
import jvs.director.dropin.KernelCall;
import jvs.director.dropin.SockOptions;

/** setsockopt(2) and getsockopt(2) on the options of IPVS. One thread. */
final class OptionCalls {
  private static final int EFAULT = 14;
  private static final int EINVAL = 22;
  private static final int ENOPROTOOPT = 92;
  private static final int LONGEST_VALUE = 4096;

  private final Listener listener;
  private final CallerMemory memory;
  private final Callers callers;
  private final Directors directors;

  OptionCalls(Listener listener, CallerMemory memory, Callers callers, Directors directors) {
    this.listener = listener;
    this.memory = memory;
    this.callers = callers;
    this.directors = directors;
  }

  /** setsockopt(FD, LEVEL, OPTION, VALUE, LENGTH). */
  void set(Notification call) {
    int length = call.word(4);
    if (length < 0) {
      listener.refuse(call.id(), EINVAL);
      return;
    }
    // Longer ones are refused for their length, whatever they hold.
    byte[] value = memory.read(call.tid(), call.argument(3), Math.min(length, LONGEST_VALUE));
    if (value == null) {
      listener.refuse(call.id(), EFAULT);
      return;
    }
    try {
      KernelAnswer answer = ask(call, KernelCall.Kind.SET, 0, value);
      finish(call, answer.errno());
    } catch (IOException none) {
      listener.refuse(call.id(), ENOPROTOOPT);
    }
  }

  /** getsockopt(FD, LEVEL, OPTION, VALUE, LENGTH_ADDRESS). */
  void get(Notification call) {
    int option = call.word(2);
    if (option > SockOptions.LAST_GET) {
      listener.refuse(call.id(), ENOPROTOOPT);
      return;
    }
    int tid = call.tid();
    int length = (int) memory.number(tid, call.argument(4), Integer.BYTES);
    int argumentLength = Math.min(Math.max(length, 0), SockOptions.argumentBytes(option));
    byte[] argument = memory.read(tid, call.argument(3), argumentLength);
    if (argument == null) {
      listener.refuse(call.id(), EFAULT);
      return;
    }
    try {
      KernelAnswer answer = ask(call, KernelCall.Kind.GET, length, argument);
      finish(call, answer.errno() == 0 ? write(call, answer.data()) : answer.errno());
    } catch (IOException none) {
      listener.refuse(call.id(), ENOPROTOOPT);
    }
  }

  private KernelAnswer ask(Notification call, KernelCall.Kind kind, int length, byte[] data)
      throws IOException {
    boolean isAdmin = callers.isAdmin(call.tid());
    return directors.call(
        Callers.networkNamespace(call.tid()),
        new KernelCall(kind, isAdmin, false, call.word(2), length, data));
  }

  private int write(Notification call, byte[] data) {
    int most = CallerMemory.most();
    for (int at = 0; at < data.length; at += most) {
      int part = Math.min(most, data.length - at);
      if (!memory.write(call.tid(), call.argument(3) + at, data, at, part)) {
        return EFAULT;
      }
    }
    boolean isShorter = call.word(2) == SockOptions.GET_VERSION;
    boolean isTold =
        !isShorter || memory.writeNumber(call.tid(), call.argument(4), data.length, Integer.BYTES);
    return isTold ? 0 : EFAULT;
  }

  private void finish(Notification call, int errno) {
    if (errno == 0) {
      listener.answer(call.id(), 0);
    } else {
      listener.refuse(call.id(), errno);
    }
  }
}
