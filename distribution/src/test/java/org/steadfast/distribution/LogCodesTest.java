package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Holds together what nodes write at WARN and ERROR and the page that tells operators what it means. */
class LogCodesTest {
    private static final Path PAGE = Path.of("../docs/reference/log-codes.md");
    private static final List<String> MODULES =
            List.of("protocol", "coordination", "persistence", "foundation-node", "connection-server", "distribution");

    private static final Pattern LINE = Pattern.compile("([A-Z]+(?:_[A-Z]+)+|[A-Z]{4,}): .*", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("[A-Z]+(?:_[A-Z]+)+|[A-Z]{4,}");
    private static final Pattern ROW = Pattern.compile("^\\| `([A-Z_]+)` \\|", Pattern.MULTILINE);

    /** Methods of ours that pass a code on to the log, and at which place of theirs it, or the line that begins with it, stands. */
    private static final Map<String, Integer> PASSED_ON = Map.of("tell", 0, "tellAlone", 0, "failed", 3);

    private static final Set<String> FAILOVER =
            Set.of("Promotion.java", "Protection.java", "Seen.java", "FailoverGuard.java");

    /** Where the code is not in the call but comes from a method of {@link #PASSED_ON}. */
    private static final Set<String> PASSING = Set.of("Reminders.java", "SubscriptionRuns.java");

    @Test
    void everyLineHasACodeThatThePageExplains() throws IOException {
        Lines lines = new Lines();
        lines.read(sources());
        assertThat(lines.without).as("lines at WARN or ERROR without a code").isEmpty();
        assertThat(explained()).as("docs/reference/log-codes.md").isEqualTo(lines.codes);
    }

    @Test
    void thePageExplainsEachOnce() throws IOException {
        List<String> rows = new ArrayList<>();
        Matcher matcher = ROW.matcher(Files.readString(PAGE));
        while (matcher.find()) {
            rows.add(matcher.group(1));
        }
        assertThat(rows).doesNotHaveDuplicates();
    }

    private static Set<String> explained() throws IOException {
        Set<String> codes = new TreeSet<>();
        Matcher row = ROW.matcher(Files.readString(PAGE));
        while (row.find()) {
            codes.add(row.group(1));
        }
        return codes;
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    /** The lines of the log that sources have, as the compiler reads them. */
    private static final class Lines extends TreeScanner<Void, String> {
        final Set<String> codes = new TreeSet<>();
        final List<String> without = new ArrayList<>();

        void read(List<Path> sources) throws IOException {
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            try (var files = compiler.getStandardFileManager(null, null, null)) {
                JavacTask task = (JavacTask) compiler.getTask(
                        null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
                for (CompilationUnitTree unit : task.parse()) {
                    String name = unit.getSourceFile().getName();
                    scan(unit, name.substring(name.lastIndexOf('/') + 1));
                }
            }
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, String file) {
            String target = call.getMethodSelect().toString();
            if (target.matches("(?i)log\\.(warn|error)")) {
                ExpressionTree text = call.getArguments().get(0);
                line(text, file, PASSING.contains(file) && beginning(text).startsWith("{}"));
            } else {
                passedOn(call, file);
            }
            return super.visitMethodInvocation(call, file);
        }

        private void passedOn(MethodInvocationTree call, String file) {
            String target = call.getMethodSelect().toString();
            String method = target.substring(target.lastIndexOf('.') + 1);
            Integer place = PASSED_ON.get(method);
            boolean isOurs = target.equals("reminders.tell") || !target.contains(".");
            if (place == null || call.getArguments().size() <= place || !isOurs || isTold(method, file)) {
                return;
            }
            ExpressionTree text = call.getArguments().get(place);
            if (CODE.matcher(beginning(text)).matches()) {
                codes.add(beginning(text));
            } else {
                // What was given to a method of PASSED_ON itself was looked at where it was.
                line(text, file, text instanceof IdentifierTree);
            }
        }

        /** A method of that name elsewhere, which prints and does not log. */
        private static boolean isTold(String method, String file) {
            return method.equals("tell") && !FAILOVER.contains(file)
                    || method.equals("failed") && !file.equals("SubscriptionRuns.java");
        }

        private void line(ExpressionTree text, String file, boolean mayBePassedOn) {
            if (text instanceof ConditionalExpressionTree choice) {
                line(choice.getTrueExpression(), file, mayBePassedOn);
                line(choice.getFalseExpression(), file, mayBePassedOn);
                return;
            }
            Matcher line = LINE.matcher(beginning(text));
            if (line.matches()) {
                codes.add(line.group(1));
            } else if (!mayBePassedOn) {
                without.add(file + ": " + text);
            }
        }

        /** What a text begins with, as far as it stands in the source; empty if it does not. */
        private static String beginning(ExpressionTree text) {
            if (text instanceof LiteralTree literal) {
                return String.valueOf(literal.getValue());
            }
            return text instanceof BinaryTree sum ? beginning(sum.getLeftOperand()) : "";
        }
    }
}
