package dev.berth.cri;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvent;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The borders between modules, and the habits of all of them, read from the compiled classes of every module below this one. */
final class BordersTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.berth");

    /** Without the code that protoc writes. */
    private static final JavaClasses OURS = ALL.that(resideOutsideOfPackages("dev.berth.cri.api.."));

    /** Top-level types in one package: a folder is a room that a reader can overlook. */
    private static final int LARGEST_PACKAGE = 22;

    private static final Pattern ACCESSOR = Pattern.compile("[gs]et[A-Z].*");
    /** attr_set of mount_setattr(2), the attributes to be set; and a method of the CRI. */
    private static final Set<String> NO_ACCESSORS = Set.of(
            "dev.berth.shim.plan.Step$AttachMount.setAttributes()",
            "dev.berth.cri.door.RuntimeDoor.getContainerEvents(dev.berth.cri.api.GetEventsRequest, io.grpc.stub.StreamObserver)");

    private static final Pattern BANNED = Pattern.compile(".*(Impl|Util|Utils|Helper|Manager|Common|Base|Info|Data)");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.berth.linux",
                "dev.berth.cgroup",
                "dev.berth.cni",
                "dev.berth.image",
                "dev.berth.shim",
                "dev.berth.engine",
                "dev.berth.cri.api",
                "dev.berth.cri.door"
            })
    void everyModuleIsLookedAt(String packageName) {
        assertTrue(ALL.containPackage(packageName), packageName);
    }

    @Test
    void onlyTheLinuxModuleMakesNativeCalls() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.berth.linux..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.sun.jna..", "java.lang.foreign..")
                .check(ALL);
    }

    @Test
    void theLinuxModuleKnowsNoOtherModule() {
        noClasses()
                .that()
                .resideInAPackage("dev.berth.linux..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.berth..").and(resideOutsideOfPackages("dev.berth.linux..")))
                .check(ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cgroup", "cni", "image", "shim"})
    void aMiddleModuleKnowsOnlyItselfAndLinux(String module) {
        noClasses()
                .that()
                .resideInAPackage("dev.berth." + module + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.berth..")
                        .and(resideOutsideOfPackages("dev.berth." + module + "..", "dev.berth.linux..")))
                .check(ALL);
    }

    @Test
    void theEngineKnowsNoDoorAndNoProtocol() {
        noClasses()
                .that()
                .resideInAPackage("dev.berth.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.berth.cri..",
                        "io.grpc..",
                        "io.netty..",
                        "com.google.protobuf..",
                        "io.prometheus..",
                        "picocli..",
                        "java.net.http..",
                        "com.fasterxml.jackson.dataformat..")
                .check(ALL);
    }

    /** The gRPC door invites clients to the other, which knows nothing of it. */
    @Test
    void theStreamingDoorKnowsNoOther() {
        noClasses()
                .that()
                .resideInAPackage("dev.berth.cri.streaming..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.berth.cri.door..", "io.grpc..")
                .check(ALL);
    }

    @Test
    void onlyTheDoorSeesGeneratedProtocolTypes() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.berth.cri.door..", "dev.berth.cri.api..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.berth.cri.api..", "com.google.protobuf..")
                .check(ALL);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.berth.(**)").should().beFreeOfCycles().check(OURS);
    }

    @Test
    void aPackageCanBeOverlooked() {
        var large = OURS.stream()
                .filter(JavaClass::isTopLevelClass)
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        large.values().removeIf(count -> count <= LARGEST_PACKAGE);
        assertEquals(Map.of(), large);
    }

    @Test
    void staticFieldsAreFinal() {
        fields().that().areStatic().should().beFinal().check(OURS);
    }

    @Test
    void staticFieldsAreOfNoTypeThatChanges() {
        fields().that()
                .areStatic()
                .should()
                .notHaveRawType(mutable())
                .andShould()
                .notHaveModifier(JavaModifier.VOLATILE)
                .check(OURS);
    }

    @Test
    void staticFieldsAreNotGivenWhatChanges() {
        classes()
                .should(new ArchCondition<>("not make mutable objects for static fields") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        type.getStaticInitializer().stream()
                                .flatMap(initializer -> initializer.getConstructorCallsFromSelf().stream())
                                .filter(call -> mutable().test(call.getTargetOwner()))
                                .forEach(call -> events.add(violated(call)));
                    }
                })
                .check(OURS);
    }

    @Test
    void namesAreOfTheDomain() {
        classes()
                .should(new ArchCondition<>("not be named " + BANNED) {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        if (BANNED.matcher(type.getSimpleName()).matches()) {
                            events.add(SimpleConditionEvent.violated(type, type.getFullName()));
                        }
                    }
                })
                .check(OURS);
    }

    @Test
    void publicMethodsAreNoAccessorsOfBeans() {
        methods()
                .that()
                .arePublic()
                .and(DescribedPredicate.describe("are not asked for by another's interface", BordersTest::ownName))
                .should(new ArchCondition<>("not be named " + ACCESSOR) {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        if (ACCESSOR.matcher(method.getName()).matches()
                                && !NO_ACCESSORS.contains(method.getFullName())) {
                            events.add(SimpleConditionEvent.violated(method, method.getFullName()));
                        }
                    }
                })
                .check(OURS);
    }

    private static ConditionEvent violated(JavaConstructorCall call) {
        return SimpleConditionEvent.violated(call, call.getDescription());
    }

    /** As far as a type tells: collections made by constructors, and boxes for a value. An interface type tells nothing. */
    private static DescribedPredicate<JavaClass> mutable() {
        return DescribedPredicate.describe(
                "mutable",
                type -> !type.isInterface()
                        && !type.getName().startsWith("dev.berth.")
                        && (type.isAssignableTo(Collection.class)
                                || type.isAssignableTo(Map.class)
                                || (type.isAssignableTo(CharSequence.class) && !type.isEquivalentTo(String.class))
                                || type.isAssignableTo(ThreadLocal.class)
                                || type.getName().startsWith("java.util.concurrent.")));
    }

    private static boolean ownName(JavaMethod method) {
        var owner = method.getOwner();
        var parents = new ArrayList<JavaClass>(owner.getAllRawInterfaces());
        parents.addAll(owner.getAllRawSuperclasses());
        return parents.stream()
                .filter(parent -> !parent.getName().startsWith("dev.berth."))
                .noneMatch(parent -> declares(parent, method));
    }

    private static boolean declares(JavaClass parent, JavaMethod method) {
        return parent.getAllMethods().stream().anyMatch(each -> each.getName().equals(method.getName()));
    }
}
