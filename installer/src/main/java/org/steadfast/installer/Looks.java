package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import com.izforge.izpack.api.data.PanelActionConfiguration;
import com.izforge.izpack.api.handler.AbstractUIHandler;
import com.izforge.izpack.data.PanelAction;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Frame;
import java.util.ArrayList;
import java.util.List;
import javax.swing.BorderFactory;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JProgressBar;
import javax.swing.JTextArea;
import javax.swing.SwingUtilities;

/** Lines panels up with each other and with the heading; izPack puts most of them to the edge, and those with questions farther in. */
public final class Looks implements PanelAction {
    private static final int TOP = 18;
    private static final int SIDE = 72;
    private static final int PROGRESS_HEIGHT = 4;
    /** Smaller than that, buttons and fields are cut off. */
    private static final Dimension LEAST = new Dimension(820, 600);

    @Override
    public void initialize(PanelActionConfiguration configuration) {
        // There is nothing to configure.
    }

    @Override
    public void executeAction(InstallData data, AbstractUIHandler handler) {
        if (handler instanceof JPanel panel) {
            boolean asks = panel.getClass().getSimpleName().equals("UserInputPanel");
            panel.setBorder(BorderFactory.createEmptyBorder(TOP, asks ? 0 : SIDE, TOP, asks ? 0 : SIDE));
            // When izPack has filled it, which it does after this.
            SwingUtilities.invokeLater(() -> arrange(panel));
        }
    }

    private static void arrange(JPanel panel) {
        if (SwingUtilities.getWindowAncestor(panel) instanceof Frame frame) {
            frame.setMinimumSize(LEAST);
            // Seen too small now and then where no window manager places it.
            if (frame.getWidth() < LEAST.width || frame.getHeight() < LEAST.height) {
                frame.setSize(LEAST);
                frame.setLocationRelativeTo(null);
            }
        }
        if (panel.getClass().getSimpleName().equals("ProcessPanel")) {
            for (JTextArea text : inside(panel, JTextArea.class)) {
                // What commands print is in columns.
                text.setFont(
                        new Font(Font.MONOSPACED, Font.PLAIN, text.getFont().getSize()));
            }
        }
        if (SwingUtilities.getRootPane(panel).getContentPane().getLayout() instanceof BorderLayout layout
                && layout.getLayoutComponent(BorderLayout.NORTH) instanceof JComponent heading) {
            heading.setBorder(BorderFactory.createEmptyBorder(0, SIDE, 0, SIDE));
            inside(heading, JLabel.class).forEach(label -> label.setAlignmentX(Component.LEFT_ALIGNMENT));
            inside(heading, JProgressBar.class).forEach(Looks::flatten);
        }
        panel.revalidate();
    }

    private static void flatten(JProgressBar bar) {
        // Its text would count panels that are passed over.
        bar.setStringPainted(false);
        bar.setPreferredSize(new Dimension(bar.getPreferredSize().width, PROGRESS_HEIGHT));
        bar.setBorder(BorderFactory.createEmptyBorder());
        bar.setMaximumSize(new Dimension(Integer.MAX_VALUE, PROGRESS_HEIGHT));
        bar.setAlignmentX(Component.LEFT_ALIGNMENT);
    }

    private static <T extends Component> List<T> inside(Container container, Class<T> type) {
        List<T> found = new ArrayList<>();
        for (Component component : container.getComponents()) {
            if (type.isInstance(component)) {
                found.add(type.cast(component));
            }
            if (component instanceof Container inner) {
                found.addAll(inside(inner, type));
            }
        }
        return found;
    }
}
