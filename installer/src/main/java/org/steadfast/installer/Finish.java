package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import com.izforge.izpack.api.data.PanelActionConfiguration;
import com.izforge.izpack.api.handler.AbstractUIHandler;
import com.izforge.izpack.api.resource.Messages;
import com.izforge.izpack.data.PanelAction;
import java.awt.Component;
import java.awt.Dimension;
import java.util.ArrayList;
import java.util.List;
import javax.swing.Box;
import javax.swing.BoxLayout;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextField;
import javax.swing.SwingUtilities;

/** Tells on the last panel where everything is. */
public final class Finish implements PanelAction {
    private static final int GAP = 14;

    /** What a line says, and what of it may be copied. */
    private record Fact(String text, String value) {}

    @Override
    public void initialize(PanelActionConfiguration configuration) {
        // There is nothing to configure.
    }

    @Override
    public void executeAction(InstallData data, AbstractUIHandler handler) {
        if (handler instanceof JPanel panel) {
            // When izPack has filled it, which it does after this.
            SwingUtilities.invokeLater(() -> arrange(panel, data));
        }
    }

    private static void arrange(JPanel panel, InstallData data) {
        if (!data.isInstallSuccess()) {
            // Then izPack says so, and nothing is anywhere.
            return;
        }
        panel.removeAll();
        panel.setLayout(new BoxLayout(panel, BoxLayout.Y_AXIS));
        panel.add(line(data.getMessages().get("finish.text")));
        for (Fact fact : facts(data)) {
            panel.add(Box.createVerticalStrut(GAP));
            panel.add(line(fact.text()));
            JTextField value = new JTextField(fact.value());
            value.setEditable(false);
            value.setBorder(null);
            value.setAlignmentX(Component.LEFT_ALIGNMENT);
            value.setMaximumSize(new Dimension(Integer.MAX_VALUE, value.getPreferredSize().height));
            panel.add(value);
        }
        panel.revalidate();
        panel.repaint();
    }

    private static List<Fact> facts(InstallData data) {
        Messages messages = data.getMessages();
        Answers answers = new Answers(data);
        List<Fact> facts = new ArrayList<>();
        // Where no port was given, the status table of the start has it.
        if (answers.isOneMachine()
                && !answers.get("rest-port").isEmpty()
                && !answers.get("device-port").isEmpty()) {
            String host = answers.get("listen");
            facts.add(new Fact(
                    messages.get("finish.users"),
                    (answers.wantsTls() ? "https://" : "http://") + host + ":" + answers.get("rest-port")
                            + "/Thingworx"));
            facts.add(new Fact(
                    messages.get("finish.devices"),
                    (answers.wantsTls() ? "wss://" : "ws://") + host + ":" + answers.get("device-port")
                            + "/Thingworx/WS"));
        }
        String home = data.getInstallPath();
        facts.add(new Fact(messages.get("finish.status"), home + "/bin/cluster status"));
        if (answers.wantsFiles()) {
            facts.add(new Fact(messages.get("finish.files"), answers.get(Answers.INSTANCE) + "/operations"));
        }
        facts.add(new Fact(messages.get("finish.answers"), home + "/conf/answers.properties"));
        facts.add(new Fact(messages.get("finish.uninstaller"), "java -jar " + home + "/uninstaller/uninstaller.jar"));
        return facts;
    }

    private static JLabel line(String text) {
        JLabel label = new JLabel(text);
        label.setAlignmentX(Component.LEFT_ALIGNMENT);
        return label;
    }
}
