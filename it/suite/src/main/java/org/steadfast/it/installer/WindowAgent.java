package org.steadfast.it.installer;

import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.KeyboardFocusManager;
import java.awt.Rectangle;
import java.awt.Window;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import javax.swing.AbstractButton;
import javax.swing.JComboBox;
import javax.swing.JLabel;
import javax.swing.JOptionPane;
import javax.swing.JRootPane;
import javax.swing.JTextField;
import javax.swing.SwingUtilities;
import javax.swing.text.JTextComponent;

/**
 * Lets a test use the windows of another process: an agent in that process, which does on its event thread what lines of a connection ask
 * for. Each line is a verb and its operands, separated by tabs; each answer is one line, in which line breaks are blanks.
 */
public final class WindowAgent {
    private WindowAgent() {}

    /**
     * The virtual machine calls it before the main class.
     *
     * @param portFile where it writes the port that it listens at
     */
    public static void premain(String portFile) throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Path file = Path.of(portFile);
        Path part = Path.of(portFile + ".part");
        Files.writeString(part, String.valueOf(server.getLocalPort()));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        Thread thread = new Thread(() -> serve(server), "windows");
        thread.setDaemon(true);
        thread.start();
    }

    private static void serve(ServerSocket server) {
        try (server;
                Socket socket = server.accept();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(answer(line.split("\t", -1)).replaceAll("\\s+", " "));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the test has gone", e);
        }
    }

    private static String answer(String[] words) {
        AtomicReference<String> answer = new AtomicReference<>("");
        try {
            SwingUtilities.invokeAndWait(() -> answer.set(perform(words)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "failed: " + e;
        } catch (InvocationTargetException e) {
            return "failed: " + e.getCause();
        }
        return answer.get();
    }

    private static String perform(String[] words) {
        return switch (words[0]) {
            case "texts" -> String.join(" | ", texts());
            case "state" -> find(words[1]).map(WindowAgent::state).orElse("none");
            case "value" -> find(words[1]).map(WindowAgent::value).orElse("none");
            case "click" -> click(named(words[1]));
            case "press" -> click(pressed(words[1]));
            case "type" -> type(words[1], words[2]);
            case "size" ->
                window().map(top -> top.getWidth() + "x" + top.getHeight()).orElse("none");
            case "order" -> String.join(" ", order());
            case "names" ->
                window().map(top -> all(top).stream()
                                .map(Component::getName)
                                .filter(name -> name != null && !name.startsWith("null."))
                                .collect(Collectors.joining(" ")))
                        .orElse("");
            case "cut" -> window().map(WindowAgent::cutOff).orElse("");
            case "tree" ->
                window().map(top -> all(top).stream()
                                .map(each -> each.getClass().getSimpleName() + "[" + each.getName() + " "
                                        + SwingUtilities.convertPoint(each, 0, 0, top) + each.getSize() + "]")
                                .map(text -> text.replace("java.awt.", ""))
                                .collect(Collectors.joining(" ")))
                        .orElse("");
            case "paint" -> paint(Path.of(words[1]));
            default -> "failed: no verb " + words[0];
        };
    }

    /** The window on top: the last dialog that is open, else the frame. */
    private static Optional<Window> window() {
        if (GraphicsEnvironment.isHeadless()) {
            return Optional.empty();
        }
        List<Window> shown =
                Arrays.stream(Window.getWindows()).filter(Component::isShowing).toList();
        return shown.stream()
                .filter(each -> each instanceof Dialog)
                .reduce((first, second) -> second)
                .or(() -> shown.stream().findFirst());
    }

    private static List<Component> all(Container container) {
        List<Component> all = new ArrayList<>();
        for (Component component : container.getComponents()) {
            if (component.isVisible()) {
                all.add(component);
                if (component instanceof Container inner) {
                    all.addAll(all(inner));
                }
            }
        }
        return all;
    }

    private static Optional<Component> first(Predicate<Component> wanted) {
        return window().flatMap(top -> all(top).stream().filter(wanted).findFirst());
    }

    private static Optional<Component> find(String name) {
        return first(component -> name.equals(component.getName()));
    }

    private static Optional<AbstractButton> named(String name) {
        return find(name).filter(AbstractButton.class::isInstance).map(AbstractButton.class::cast);
    }

    private static Optional<AbstractButton> pressed(String text) {
        return first(component -> component instanceof AbstractButton button && text.equals(button.getText()))
                .map(AbstractButton.class::cast);
    }

    private static String click(Optional<AbstractButton> button) {
        if (button.isEmpty()) {
            return "failed: there is no such button";
        }
        if (!button.get().isEnabled()) {
            return "failed: it cannot be pressed now";
        }
        // Later: a click may open a dialog, and is not over before that is closed.
        SwingUtilities.invokeLater(button.get()::doClick);
        return "ok";
    }

    private static String type(String name, String text) {
        Optional<Component> field = find(name);
        if (field.isPresent() && field.get() instanceof JTextComponent input) {
            input.setText(text);
            return "ok";
        }
        if (field.isPresent() && field.get() instanceof JComboBox<?> choice) {
            choice.setSelectedItem(text);
            return "ok";
        }
        return "failed: there is no field " + name;
    }

    private static String state(Component component) {
        String selected = component instanceof AbstractButton button && button.isSelected() ? " selected" : "";
        return (component.isEnabled() ? "enabled" : "disabled") + selected;
    }

    private static String value(Component component) {
        if (component instanceof JTextComponent input) {
            return input.getText();
        }
        return component instanceof JComboBox<?> choice ? String.valueOf(choice.getSelectedItem()) : "";
    }

    private static List<String> texts() {
        List<String> texts = new ArrayList<>();
        window().ifPresent(top -> {
            for (Component component : all(top)) {
                if (component instanceof JLabel label && label.getText() != null) {
                    texts.add(label.getText());
                } else if (component instanceof AbstractButton button && button.getText() != null) {
                    texts.add(button.getText());
                } else if (component instanceof JTextComponent text) {
                    texts.add(text.getText());
                } else if (component instanceof JOptionPane pane) {
                    texts.add(String.valueOf(pane.getMessage()));
                }
            }
        });
        texts.removeIf(String::isBlank);
        return texts;
    }

    /** Buttons and fields that the window is too small for. */
    private static String cutOff(Window top) {
        return all(top).stream()
                .filter(each -> each instanceof AbstractButton || each instanceof JTextField)
                // Those of scroll bars have no size.
                .filter(each -> each.getWidth() > 0 && each.getHeight() > 0)
                .filter(each -> {
                    Rectangle bounds = SwingUtilities.convertRectangle(each.getParent(), each.getBounds(), top);
                    return !top.getBounds()
                            .contains(bounds.x + top.getX(), bounds.y + top.getY(), bounds.width, bounds.height);
                })
                .map(each -> each.getName() == null ? each.toString() : each.getName())
                .collect(Collectors.joining(" "));
    }

    /** The names of what the tabulator key goes to, from the first field on, until it comes round. */
    private static List<String> order() {
        List<String> names = new ArrayList<>();
        Component begin = KeyboardFocusManager.getCurrentKeyboardFocusManager().getFocusOwner();
        if (begin == null) {
            return names;
        }
        Component each = begin;
        do {
            names.add(each.getName() == null ? each.getClass().getSimpleName() : each.getName());
            Container root = each.getFocusCycleRootAncestor();
            each = root.getFocusTraversalPolicy().getComponentAfter(root, each);
        } while (each != null && each != begin && names.size() < 100);
        return names;
    }

    private static String paint(Path file) {
        Optional<Window> top = window();
        if (top.isEmpty()) {
            return "failed: there is no window";
        }
        JRootPane root = SwingUtilities.getRootPane(top.get().getComponents()[0]);
        root.validate();
        // As large as on the screen, which may show everything at twice its size.
        AffineTransform scale = top.get().getGraphicsConfiguration().getDefaultTransform();
        BufferedImage image = new BufferedImage(
                (int) (root.getWidth() * scale.getScaleX()),
                (int) (root.getHeight() * scale.getScaleY()),
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.transform(scale);
        root.paint(graphics);
        graphics.dispose();
        try {
            ImageIO.write(image, "png", file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("the picture cannot be written", e);
        }
        return "ok";
    }
}
