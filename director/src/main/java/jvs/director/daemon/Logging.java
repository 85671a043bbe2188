package jvs.director.daemon;

import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** One line an event on stderr, for people and for journald. */
final class Logging {
  // Its warnings are about things we do not use, such as a loopback interface that is down. Held,
  // because loggers that nobody holds are forgotten with their level.
  private static final Logger NETTY = Logger.getLogger("io.netty");

  private Logging() {}

  static void toStderr() {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    ConsoleHandler handler = new ConsoleHandler();
    handler.setFormatter(new OneLine());
    root.addHandler(handler);
    NETTY.setLevel(Level.SEVERE);
  }

  private static final class OneLine extends Formatter {
    @Override
    public String format(LogRecord event) {
      String level = event.getLevel().equals(Level.INFO) ? "" : event.getLevel().getName() + ": ";
      Throwable thrown = event.getThrown();
      return "jvs: "
          + level.toLowerCase(Locale.ROOT)
          + formatMessage(event)
          + (thrown == null ? "" : " (" + thrown + ")")
          + System.lineSeparator();
    }
  }
}
