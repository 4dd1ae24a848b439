package org.steadfast.installer;

import com.izforge.izpack.api.resource.Messages;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.steadfast.distribution.cluster.ClusterAnswers;

/** Problems are told of options, as {@code --rest-port}; who sees a panel knows the answer by its label. */
final class OptionNames {
    private static final Pattern OPTION = Pattern.compile("'?--([a-z]+(?:-[a-z]+)*)'?");

    private OptionNames() {}

    /** Passwords are answers themselves, where the command takes files that have them. */
    private static String answer(String option) {
        String secret = option.replaceFirst("-file$", "");
        return ClusterAnswers.SECRETS.containsKey(secret) ? secret : option;
    }

    /** @param isFile whether the answers are of a file, which has the names and no labels */
    static String asLabels(String problem, Messages messages, boolean isFile) {
        return OPTION.matcher(problem).replaceAll(option -> {
            String name = answer(option.group(1));
            if (isFile) {
                return Matcher.quoteReplacement(name);
            }
            String label = messages.get(name);
            // izPack gives the name back where there is no text of that name.
            return Matcher.quoteReplacement(
                    label.equals(name) ? option.group() : "\u201c" + label.replaceAll("[:?]$", "") + "\u201d");
        });
    }
}
