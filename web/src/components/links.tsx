import { Anchor, type AnchorProps, Card, type CardProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type Attributes = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps> & { ref?: Ref<HTMLAnchorElement> };

/** A link to another view, typed by the routes. */
export const ViewLink = createLink((props: AnchorProps & Attributes) => <Anchor {...props} />);

/** A card that is a link to another view. */
export const ViewCard = createLink(
  (
    props: CardProps &
      Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof CardProps> & { ref?: Ref<HTMLAnchorElement> },
  ) => <Card component="a" {...props} />,
);
