package org.steadfast.foundation.script;

import java.util.Optional;
import org.mozilla.javascript.CompilerEnvirons;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ErrorReporter;
import org.mozilla.javascript.EvaluatorException;
import org.mozilla.javascript.IRFactory;
import org.mozilla.javascript.Interpreter;
import org.mozilla.javascript.Node;
import org.mozilla.javascript.Parser;
import org.mozilla.javascript.Script;
import org.mozilla.javascript.Token;
import org.mozilla.javascript.ast.AstRoot;
import org.mozilla.javascript.ast.FunctionNode;
import org.mozilla.javascript.ast.ReturnStatement;
import org.mozilla.javascript.ast.ScriptNode;
import org.mozilla.javascript.ast.WithStatement;

/**
 * Makes code from the text of a script. What joins texts, and what spreads what can be iterated, is replaced by calls of functions
 * that keep to the bounds ({@link BoundedOperators}): the language does both by operators, which nothing else could keep small.
 * Stateless.
 */
final class ScriptCompiler {
    private static final String HEAD = "(function(){";
    private static final int LONGEST_SMALL_TEXT = 16;

    private ScriptCompiler() {}

    /**
     * A script that can be run, by several threads at the same time.
     *
     * @param returns whether its value is what it returns; otherwise it is that of its last expression
     */
    record Program(Script script, boolean returns) {}

    /**
     * Compiles within a context.
     *
     * @throws EvaluatorException naming line and column where it cannot be
     */
    static Program compile(Context context, String code, String name) {
        try {
            return new Program(compile(context, code, name, 0), false);
        } catch (TopLevelReturn e) {
            // A function's body may return; where it does not, its end gives what the other way gives.
            return new Program(
                    compile(context, HEAD + code + "\nreturn result;}).call(this)", name, HEAD.length()), true);
        }
    }

    private static Script compile(Context context, String code, String name, int shift) {
        ErrorReporter reporter = new Reporter(shift);
        CompilerEnvirons settings = new CompilerEnvirons();
        settings.initFromContext(context);
        AstRoot root = new Parser(settings, reporter).parse(code, name, 1);
        check(root, shift > 0);
        ScriptNode tree = new IRFactory(settings, name, code, reporter).transformTree(root);
        bound(tree);
        Interpreter interpreter = new Interpreter();
        return interpreter.createScriptObject(interpreter.compile(settings, tree, code, false), null);
    }

    private static void check(AstRoot root, boolean isWrapped) {
        root.visit(node -> {
            if (node instanceof WithStatement) {
                throw unsupported("the statement with", node);
            }
            if (node.getType() == Token.BIGINT) {
                throw unsupported("BigInt", node);
            }
            if (isWrapped
                    && node instanceof ReturnStatement bare
                    && bare.getReturnValue() == null
                    && isTop(bare.getEnclosingFunction())) {
                org.mozilla.javascript.ast.Name result =
                        new org.mozilla.javascript.ast.Name(bare.getPosition(), "result");
                bare.setReturnValue(result);
            }
            return true;
        });
    }

    private static boolean isTop(FunctionNode function) {
        return function.getEnclosingFunction() == null;
    }

    private static EvaluatorException unsupported(String what, Node node) {
        return new EvaluatorException(what + " is not supported", "", node.getLineno(), "", node.getColumn());
    }

    private static void bound(ScriptNode tree) {
        boundBelow(tree);
        for (int i = 0; i < tree.getFunctionCount(); i++) {
            bound(tree.getFunctionNode(i));
        }
    }

    private static void boundBelow(Node parent) {
        Node child = parent.getFirstChild();
        while (child != null) {
            Node next = child.getNext();
            boundBelow(child);
            if (child.getType() == Token.ADD) {
                boundAdd(parent, child, BoundedOperators.ADD);
            } else if (child.getType() == Token.STRING_CONCAT) {
                boundAdd(parent, child, BoundedOperators.CONCAT);
            } else if (child.getType() == Token.DOTDOTDOT && parent.getType() != Token.OBJECTLIT) {
                Node spread = child.getFirstChild();
                child.removeChild(spread);
                child.addChildToFront(call(BoundedOperators.SPREAD, child, spread));
            }
            child = next;
        }
    }

    private static void boundAdd(Node parent, Node add, String operator) {
        Node left = add.getFirstChild();
        Node right = add.getLastChild();
        if (isSmall(left) || isSmall(right)) {
            return;
        }
        add.removeChild(right);
        if (left.getType() == Token.USE_STACK) {
            add.addChildToBack(call(BoundedOperators.APPEND, add, right));
        } else {
            add.removeChild(left);
            parent.replaceChild(add, call(operator, add, left, right));
        }
    }

    private static boolean isSmall(Node operand) {
        return operand.getType() == Token.NUMBER
                || operand.getType() == Token.STRING && operand.getString().length() <= LONGEST_SMALL_TEXT;
    }

    private static Node call(String function, Node place, Node... arguments) {
        Node call = new Node(Token.CALL, Node.newString(Token.NAME, function));
        for (Node argument : arguments) {
            call.addChildToBack(argument);
        }
        call.setLineColumnNumber(place.getLineno(), place.getColumn());
        return call;
    }

    /** A {@code return} outside of functions, which many scripts end with. */
    private static final class TopLevelReturn extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TopLevelReturn() {
            super("return outside of a function", null, false, false);
        }
    }

    private record Reporter(int shift) implements ErrorReporter {
        private static final String RETURN = Optional.ofNullable(
                        org.mozilla.javascript.ScriptRuntime.getMessageById("msg.bad.return"))
                .orElseThrow();

        @Override
        public void warning(String message, String source, int line, String lineText, int column) {
            // Of style; nobody reads them.
        }

        @Override
        public void error(String message, String source, int line, String lineText, int column) {
            throw runtimeError(message, source, line, lineText, column);
        }

        @Override
        public EvaluatorException runtimeError(String message, String source, int line, String lineText, int column) {
            if (shift == 0 && message.equals(RETURN)) {
                throw new TopLevelReturn();
            }
            return new EvaluatorException(
                    message, source, line, lineText, line == 1 ? Math.max(0, column - shift) : column);
        }
    }
}
