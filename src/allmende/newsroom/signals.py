"""What the newsroom announces beside Wagtail's own signals."""

from django.dispatch import Signal

# Rows of one model were written in bulk, past their own `post_save`.
# With `keys`, their primary keys; the sender is the model; of pictures, whether pages show
# them at once (`shown`). A receiver may enqueue tasks and place
# orders. Live pages among them have been announced one by one as `page_published`.
taken_in = Signal()
