import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;

/**
 * Compares every source file with what google-java-format makes of it ({@code check}), or rewrites
 * those that differ ({@code fix}). If some are left that differ, it leaves an empty file {@code
 * result}, on which the parent pom fails. A single-file program, because the formatter needs the
 * JDK of the toolchain and not the one that Maven runs on.
 */
void main(String[] args) throws IOException {
  boolean fix = args[0].equals("fix");
  Path root = Path.of(args[1]);
  Path result = Path.of(args[2]);

  List<Path> unformatted;
  try (Stream<Path> modules = Files.list(root)) {
    unformatted =
        modules
            .map(module -> module.resolve("src"))
            .filter(Files::isDirectory)
            .flatMap(this::javaFiles)
            .parallel()
            .filter(file -> differs(file, fix))
            .map(root::relativize)
            .sorted()
            .toList();
  }

  unformatted.forEach(file -> IO.println((fix ? "formatted: " : "not formatted: ") + file));
  if (unformatted.isEmpty() || fix) {
    Files.deleteIfExists(result);
  } else {
    Files.writeString(result, "");
  }
}

Stream<Path> javaFiles(Path directory) {
  try {
    return Files.walk(directory).filter(file -> file.toString().endsWith(".java"));
  } catch (IOException e) {
    throw new UncheckedIOException(e);
  }
}

boolean differs(Path file, boolean fix) {
  try {
    String text = Files.readString(file);
    String formatted = new Formatter().formatSourceAndFixImports(text);
    boolean differs = !formatted.equals(text);
    if (differs && fix) {
      Files.writeString(file, formatted);
    }
    return differs;
  } catch (IOException e) {
    throw new UncheckedIOException(e);
  } catch (FormatterException e) {
    throw new IllegalStateException(file + ": " + e.getMessage());
  }
}
