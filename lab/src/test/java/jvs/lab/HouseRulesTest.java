package jvs.lab;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may look into whom. Lives in the lab because the lab sees all other rooms. */
class HouseRulesTest {
  private static final List<String> MODULES =
      List.of("core", "schedulers", "forwarders", "director", "bench", "lab");
  private static final int MAX_LINES = 400;

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("jvs");

  @ParameterizedTest
  @CsvSource({
    // room     may use; schedulers and forwarders see what core exports
    "wire,      ''",
    "linux,     wire",
    "route,     wire",
    "port,      wire linux",
    "flow,      wire linux",
    "service,   wire",
    "spi,       wire flow service",
    "table,     wire flow service spi",
    "sync,      wire linux flow service",
    "engine,    wire linux route port flow service spi table sync",
    "schedulers, wire linux route port flow service spi engine",
    "forwarders, wire linux route port flow service spi engine",
  })
  void roomsUseOnlyTheRoomsBelowThem(String room, String mayUse) {
    List<String> open = Stream.concat(Stream.of(room), Arrays.stream(mayUse.split(" "))).toList();

    noClasses()
        .that()
        .resideInAPackage(packageOf(room))
        .should()
        .dependOnClassesThat(
            describe(
                "live in a room other than " + open,
                (JavaClass used) -> isOurs(used) && !open.contains(roomOf(used))))
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void thePacketPathUsesNoLibrariesButQueuesAndAnnotations() {
    classes()
        .that()
        .resideInAnyPackage(
            Stream.of(
                    "wire",
                    "linux",
                    "route",
                    "port",
                    "flow",
                    "service",
                    "spi",
                    "sync",
                    "table",
                    "engine",
                    "schedulers",
                    "forwarders")
                .map(HouseRulesTest::packageOf)
                .toArray(String[]::new))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "jvs..", "org.jctools..", "org.jspecify..")
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void noPackageIsADrawerForEverything() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..utils..", "..common..", "..misc..", "..helper..")
        .check(HOUSE);
  }

  @Test
  void noFileIsLongerThanFourHundredLines() throws IOException {
    Path root = Path.of("..").toRealPath();

    List<String> tooLong = new ArrayList<>();
    for (String module : MODULES) {
      try (Stream<Path> tree = Files.walk(root.resolve(module))) {
        tree.filter(file -> file.toString().endsWith(".java"))
            .filter(file -> lines(file) > MAX_LINES)
            .forEach(file -> tooLong.add(root.relativize(file).toString()));
      }
    }

    assertEquals(List.of(), tooLong);
  }

  private static String packageOf(String room) {
    return "jvs." + room + "..";
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().startsWith("jvs.");
  }

  private static String roomOf(JavaClass type) {
    return type.getPackageName().split("\\.")[1];
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
