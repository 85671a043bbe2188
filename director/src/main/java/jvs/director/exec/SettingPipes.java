package jvs.director.exec;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jvs.director.dropin.KernelAnswer;
import jvs.director.dropin.KernelCall;
import jvs.linux.Errno;
import jvs.wire.Memory;

/**
 * Settings that callers have opened to write: each is a pipe, as a write to it can come through any
 * descriptor and is not told of.
 *
 * <p>One thread. What was written before a call takes effect before it; but a value that the
 * director refuses can only be complained of, as the writer has gone on.
 */
final class SettingPipes {
  private static final int CHUNK = 4096;

  private record Pipe(String namespace, String path, int fd) {}

  private final Kernel kernel;
  private final Directors directors;
  private final List<Pipe> pipes = new ArrayList<>();
  private final long buffer = Arena.global().allocate(CHUNK, 8).address();

  SettingPipes(Kernel kernel, Directors directors) {
    this.kernel = kernel;
    this.directors = directors;
  }

  /** The end of a new pipe for a writer, negative if there can be none. */
  int open(String namespace, String path) {
    long ends = kernel.pipe();
    if (ends < 0) {
      return (int) ends;
    }
    pipes.add(new Pipe(namespace, path, (int) ends));
    return (int) (ends >>> 32);
  }

  /** The descriptors to wait for. */
  int[] waitedFor() {
    return pipes.stream().mapToInt(Pipe::fd).toArray();
  }

  /** Lets everything that was written take effect. */
  void drain() {
    for (Pipe pipe : List.copyOf(pipes)) {
      long length = kernel.read(pipe.fd(), buffer, CHUNK);
      while (length > 0) {
        byte[] octets = new byte[(int) length];
        Memory.copy(buffer, octets, 0, octets.length);
        write(pipe, new String(octets, StandardCharsets.UTF_8).strip());
        length = kernel.read(pipe.fd(), buffer, CHUNK);
      }
      if (length == 0) {
        kernel.close(pipe.fd());
        pipes.remove(pipe);
      }
    }
  }

  private void write(Pipe pipe, String value) {
    String assignment = pipe.path() + "=" + value;
    try {
      KernelAnswer answer =
          directors.call(
              pipe.namespace(), KernelCall.file(KernelCall.Kind.WRITE, true, assignment));
      if (answer.errno() != 0) {
        complain(assignment, Errno.text(answer.errno()));
      }
    } catch (IOException none) {
      complain(assignment, "no director is running");
    }
  }

  private static void complain(String assignment, String problem) {
    System.err.println("jvs exec: /proc/" + assignment + ": " + problem);
  }
}
