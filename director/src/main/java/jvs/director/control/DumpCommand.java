package jvs.director.control;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import jvs.director.port.PcapException;
import jvs.director.port.PcapFileWriter;
import jvs.engine.FailedFrame;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jvs dump}: the frames behind {@code internal_error}, for whoever looks for the bug. */
@Command(
    name = "dump",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes the last frames on which the running director failed to a capture file.",
      "They are counted as internal_error: bugs of the director, which cost that frame. Each is as"
          + " the failure left it; there may be none."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:written",
      "1:the file cannot be written",
      "2:wrong usage",
      "255:no director is running"
    })
public final class DumpCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int UNAVAILABLE = 255;

  @Spec private CommandSpec spec;

  @Mixin private ControlOption control;

  @Parameters(paramLabel = "FILE", description = "A pcap file, made or replaced.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws IOException {
    List<FailedFrame> frames = new ArrayList<>();
    try (ControlClient client = control.client()) {
      client.failedFrames(frames::add);
      write(frames);
    } catch (DirectorUnavailableException e) {
      return complain(e, UNAVAILABLE);
    } catch (PcapException e) {
      return complain(e, FAILED);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(frames.size() + (frames.size() == 1 ? " frame\n" : " frames\n"));
    out.flush();
    return 0;
  }

  private void write(List<FailedFrame> frames) {
    frames.sort(Comparator.comparingLong(FailedFrame::timestampMicros));
    try (PcapFileWriter writer = new PcapFileWriter(file)) {
      frames.forEach(frame -> writer.write(frame.timestampMicros(), frame.octets()));
    }
  }

  private int complain(RuntimeException problem, int status) {
    PrintWriter err = spec.commandLine().getErr();
    err.print("jvs dump: " + problem.getMessage() + "\n");
    err.flush();
    return status;
  }
}
